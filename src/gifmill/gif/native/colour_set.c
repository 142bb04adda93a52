#include "colour_set.h"

#include <stdlib.h>

static uint32_t pack(const uint8_t *rgb)
{
    return (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
}

int gifmill_open_colours(ColourSet *set, int32_t most)
{
    set->count = 0;
    set->most = most;
    set->bits = 4;
    while ((int64_t)1 << set->bits < (int64_t)most * 2)
        set->bits++;
    set->slots = calloc((size_t)1 << set->bits, sizeof *set->slots);
    return set->slots != NULL;
}

int gifmill_add_colours(ColourSet *set, const uint8_t *rgb, int64_t count)
{
    uint32_t mask = ((uint32_t)1 << set->bits) - 1;
    Colour *slot = set->slots;
    for (const uint8_t *end = rgb + 3 * count; rgb < end; rgb += 3) {
        uint32_t word = pack(rgb);
        if (slot->word != word || !slot->count) {  /* often it is that of the pixel before */
            uint32_t at = word * UINT32_C(2654435769) >> (32 - set->bits);
            while (set->slots[at].count && set->slots[at].word != word)
                at = (at + 1) & mask;
            slot = set->slots + at;
            if (!slot->count) {
                if (set->count == set->most)
                    return 0;
                set->count++;
                slot->word = word;
            }
        }
        slot->count++;
    }
    return 1;
}

static int compare_colours(const void *a, const void *b)
{
    uint32_t left = ((const Colour *)a)->word, right = ((const Colour *)b)->word;
    return (left > right) - (left < right);
}

void gifmill_sort_colours(ColourSet *set)
{
    int32_t found = 0;
    for (Colour *slot = set->slots; found < set->count; slot++)
        if (slot->count)
            set->slots[found++] = *slot;
    qsort(set->slots, (size_t)found, sizeof *set->slots, compare_colours);
}
