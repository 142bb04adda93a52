/* The nearest palette entry of a colour, by a table that is filled as colours occur. */
#ifndef GIFMILL_NEAREST_H
#define GIFMILL_NEAREST_H

#include "metric.h"

#define MAX_ENTRIES 256
#define MAX_NEIGHBOURS 16

typedef int16_t Levels __attribute__((vector_size(8))); /* red, green, blue and a zero */

typedef struct {
    int32_t entries;
    int32_t bits;                          /* leading bits of each channel that select a cell of the table, 5 to 8 */
    uint8_t rgb[MAX_ENTRIES][3];
    Levels levels[MAX_ENTRIES];            /* the same as levels */
    float metric[3][MAX_ENTRIES];          /* stretched Oklab, by axis; unused entries are far away */
    Vector linear[MAX_ENTRIES];            /* linear approximation of the metric */
    Vector of_level[3][256];               /* the same of each level of red, green and blue */
    int32_t neighbours;                    /* entries in each of the lists below */
    uint8_t neighbour[MAX_ENTRIES][MAX_NEIGHBOURS];  /* nearest entries of an entry, itself first */
    uint8_t candidates[1 << 15][16];       /* entries for each 8 x 8 x 8 levels; their number first, 0: not known */
    uint32_t cell[3][256];                 /* summands of a cell's number; 8 x 8 x 8 levels are together */
    uint8_t clamped[768];                  /* levels from -256 to 511, limited to 0 to 255 */
    uint8_t table[];                       /* entry of a cell plus one, modulo 256; 0: not known, or 255 */
} Search;

/* Squared distance in the linear approximation. */
static inline float distance(Vector a, Vector b)
{
    Vector d = a - b;
    d *= d;
    return d[0] + d[1] + d[2];
}

static inline Vector linear_of(const Search *search, int r, int g, int b)
{
    return search->of_level[0][r] + search->of_level[1][g] + search->of_level[2][b];
}

int gifmill_find_nearest(Search *search, int r, int g, int b);

/* The entry nearest to a colour's cell: to its darkest colour, so that the order of pixels does not matter. */
static inline int nearest_entry(Search *search, int r, int g, int b)
{
    size_t cell = search->cell[0][r] + search->cell[1][g] + search->cell[2][b];
    uint8_t known = search->table[cell];
    if (known)
        return known - 1;
    int mask = 0xFF << (8 - search->bits), entry = gifmill_find_nearest(search, r & mask, g & mask, b & mask);
    search->table[cell] = (uint8_t)(entry + 1);
    return entry;
}

#endif
