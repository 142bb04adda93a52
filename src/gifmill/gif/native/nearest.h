/* The nearest palette entry of a colour, by a table that is filled as colours occur. */
#ifndef GIFMILL_NEAREST_H
#define GIFMILL_NEAREST_H

#include "levels.h"

#define MAX_ENTRIES 256
#define MAX_NEIGHBOURS 16
#define MAX_CANDIDATES 31
#define MAX_BLOCKS (1 << 15) /* of 8 x 8 x 8 levels */

/* The entries that can be nearest in a block of 8 x 8 x 8 levels, by their distance from its middle. Distances are in
   1/65535 of the metric's unit, and not squared. */
typedef struct {
    uint8_t count;
    uint8_t entry[MAX_CANDIDATES];
    uint16_t far[MAX_CANDIDATES]; /* rounded down */
    uint16_t radius;              /* of a ball around the block */
} Candidates;

/* Steps of a unit of the metric in its linear approximation, which fits 16 bits. */
#define LINEAR_STEPS 8192

typedef struct {
    Levels level;  /* its colour */
    Levels linear; /* the same in the linear approximation of the metric */
} Entry;

typedef struct {
    int32_t entries;
    int32_t bits;                          /* leading bits of each channel that select a cell of the table */
    int32_t neighbours;                    /* entries in each of the lists below */
    int32_t blocks;                        /* that have a place below, the first of which stays empty */
    uint8_t rgb[MAX_ENTRIES][3];
    Entry entry[MAX_ENTRIES];
    float metric[3][MAX_ENTRIES];          /* stretched Oklab, by axis; unused entries are far away */
    Levels linear_of_level[3][256];        /* of each level of red, green and blue */
    uint32_t place_of_level[3][256];       /* summands of a place: block in the upper 16 bits, cell of it below */
    uint8_t neighbour[MAX_ENTRIES][MAX_NEIGHBOURS]; /* nearest entries of an entry, itself first */
    uint16_t block[MAX_BLOCKS];            /* places of blocks in the order in which they occur; 0: none yet */
    Candidates candidates[MAX_BLOCKS + 1];
    uint8_t table[]; /* by block, of each cell the entry plus one, modulo 256; 0: not known, or 255 */
} Search;

static inline Levels linear_of(const Search *search, int r, int g, int b)
{
    return search->linear_of_level[0][r] + search->linear_of_level[1][g] + search->linear_of_level[2][b];
}

int gifmill_find_nearest(Search *search, int r, int g, int b);

/* The entry nearest to a colour's cell: to its darkest colour, so that the order of pixels does not matter. */
static inline int nearest_entry(Search *search, int r, int g, int b)
{
    uint32_t place = search->place_of_level[0][r] + search->place_of_level[1][g] + search->place_of_level[2][b];
    size_t cell = ((size_t)search->block[place >> 16] << 3 * (search->bits - 5)) + (place & 0xFFFF);
    uint8_t known = search->table[cell];
    return known ? known - 1 : gifmill_find_nearest(search, r, g, b);
}

#endif
