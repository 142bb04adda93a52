/* A set of colours with their pixel counts: an open hash table. */
#ifndef GIFMILL_COLOUR_SET_H
#define GIFMILL_COLOUR_SET_H

#include "core.h"

typedef struct {
    uint32_t word;
    int64_t count;  /* 0: the slot is free */
} Colour;

typedef struct {
    Colour *slots;
    int bits;       /* of the number of slots */
    int32_t count, most;
} ColourSet;

static inline void unpack(uint32_t word, uint8_t *rgb)
{
    rgb[0] = (uint8_t)(word >> 16);
    rgb[1] = (uint8_t)(word >> 8);
    rgb[2] = (uint8_t)word;
}

/* Make an empty set for at most `most` colours; its slots are the caller's to free. Returns 0 without memory. */
int gifmill_open_colours(ColourSet *set, int32_t most);

/* Add pixels; return 0 as soon as there are too many colours. */
int gifmill_add_colours(ColourSet *set, const uint8_t *rgb, int64_t count);

/* Move the colours to the first slots, sorted by red, green and blue. No more can be added. */
void gifmill_sort_colours(ColourSet *set);

#endif
