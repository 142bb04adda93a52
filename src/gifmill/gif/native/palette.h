/* Palette selection: a histogram of sampled pixels, clustered by colour distance.

   Samples have at most 2^23 pixels, so that the sums of a cell's levels fit in 31 bits. */
#ifndef GIFMILL_PALETTE_H
#define GIFMILL_PALETTE_H

#include "core.h"

#define NO_MEMORY (-2)

/* Find the distinct colours of pixels, sorted by red, green and blue.

   `palette` receives three bytes a colour, and `counts`, if not NULL, the pixels of each; both have room for `most`
   colours. Returns the number of colours, -1 if there are more than `most`, or NO_MEMORY. */
int32_t gifmill_distinct_colours(const uint8_t *rgb, int64_t count, int32_t most, uint8_t *palette,
                                        int64_t *counts);

/* Select a palette of at most `entries` colours, 1 to 256, for sampled pixels.

   The `fixed` colours, at most `entries`, are the last entries, exactly. If the sample and these have at most
   `entries` colours together, the palette is all of them, sorted. `steps` is the number of k-means steps.
   Returns the number of entries, or NO_MEMORY. */
int32_t gifmill_select_palette(const uint8_t *sample, int64_t count, int32_t entries, int32_t steps,
                                      const uint8_t *fixed, int32_t fixed_count, uint8_t *palette);

/* Return the root mean squared distance of a sample from the nearest of 1 to 256 entries, found by the means of its
   histogram's cells, or NO_MEMORY. */
double gifmill_palette_error(const uint8_t *sample, int64_t count, const uint8_t *palette, int32_t entries);

#endif
