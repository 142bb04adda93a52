/* The search for the string of pixels that LZW writes next, while the error is diffused.

   A beam of paths through the dictionary is followed, each of which may take entries that are at most a tolerance
   farther from the pixel than its nearest entry. So a code covers more pixels, and the error of a worse entry goes to
   the neighbours as any other. */
#ifndef GIFMILL_STRING_SEARCH_H
#define GIFMILL_STRING_SEARCH_H

#include "lzw_codes.h"
#include "pixel_rows.h"

#define MAX_LENGTH MAX_CODES /* pixels of a string: no dictionary is deeper */

/* The dictionary as a tree of strings: a node is a code, and each of its children adds one pixel. A link to a child is
   its code, and in the last eight bits the symbol that it adds; 0 is no child. */
typedef struct {
    uint32_t child[MAX_CODES]; /* first child */
    uint32_t next[MAX_CODES];  /* next child of the same node */
} Dictionary;

static inline void add_string(Dictionary *dictionary, int node, int symbol, int code)
{
    dictionary->next[code] = dictionary->child[node];
    dictionary->child[node] = (uint32_t)(code << 8 | symbol);
}

/* A way to go on with a path: a number, so that the best ones are found without a branch. From the highest bit: the
   cost of the path in 32 bits, its place in the beam in 8, the code in 16, and the symbol in 8. */
typedef uint64_t Candidate;

static inline uint32_t cost_of(Candidate candidate)
{
    return (uint32_t)(candidate >> 32);
}

static inline int parent_of(Candidate candidate)
{
    return candidate >> 24 & 0xFF;
}

static inline int code_of(Candidate candidate)
{
    return candidate >> 8 & 0xFFFF;
}

static inline int symbol_of(Candidate candidate)
{
    return candidate & 0xFF;
}

/* A pixel of a path. */
typedef struct {
    Levels error; /* what the pixel should become minus its entry */
    Candidate chosen;
} Step;

typedef struct {
    const Frame *frame;
    Search *search;
    PixelRows rows;
    int x, y;                    /* next pixel of the window */
    Levels carried;              /* error of the pixel to the left */
    Levels *above, *row;         /* errors of the row above and of this one, and a zero at the end */
    Levels *zeros;               /* for a row below the next one; begins the memory of the three rows */
    Levels right_share, below_share; /* of the error, in all lanes */
    int32_t allowed[ACTIVITIES]; /* additional squared distance, by activity */
    int32_t scale[ACTIVITIES];   /* from that to cost, in 1/256 */
    uint32_t code_cost;
    Candidate dead_end;          /* a path that ends, as no string begins with the clear code; worse than all others */
    Step *beams;                 /* by depth, `frame->beam` steps each, ordered by cost */
    const Step **string;         /* the steps of the string that was found */
    Dictionary dictionary;
} StringSearch;

/* Prepare the search of a frame; return 0 without memory. */
int gifmill_open_string_search(StringSearch *state, Search *search, const Frame *frame);

void gifmill_close_string_search(StringSearch *state);

/* Find the string to write next and list its steps; return its length. */
int gifmill_find_string(StringSearch *state);

/* Show the pixels of the string that was found, and diffuse their errors. */
void gifmill_show_string(StringSearch *state, int length);

#endif
