/* Depth cues of a photo: colours unlike those of a rim, and diffusion along contours. */
#include "core.h"

#include <math.h>
#include <string.h>

/* For each of `count` colours of three numbers, its distance from the colour of the rim that is number `rank` in the
   order of their distances, counted from 0. `nearest` is memory for `rank + 1` numbers. */
EXPORT void gifmill_dissimilarity(const float *colours, int32_t count, const float *rim, int32_t rim_count,
                                  int32_t rank, float *nearest, float *distances)
{
    for (int32_t at = 0; at < count; at++, colours += 3) {
        for (int32_t place = 0; place <= rank; place++)
            nearest[place] = INFINITY;
        const float *other = rim;
        for (int32_t number = 0; number < rim_count; number++, other += 3) {
            float x = colours[0] - other[0], y = colours[1] - other[1], z = colours[2] - other[2];
            float distance = x * x + y * y + z * z;
            int32_t place = rank;
            if (!(distance < nearest[place]))
                continue;
            for (; place > 0 && distance < nearest[place - 1]; place--)
                nearest[place] = nearest[place - 1];
            nearest[place] = distance;
        }
        distances[at] = sqrtf(nearest[rank]);
    }
}

/* Make each value the weighted mean of its own cue and its neighbours' values, `steps` times. `across` has the weights
   between a pixel and the next one in its row, `down` those between it and the one below; `own` is the weighted cue,
   and `weights` the sum of all five weights. `spare` is memory for another picture. */
EXPORT void gifmill_diffuse(const float *across, const float *down, const float *own, const float *weights,
                            int32_t width, int32_t height, int32_t steps, float *values, float *spare)
{
    float *from = values, *to = spare;
    for (int32_t step = 0; step < steps; step++) {
        for (int32_t y = 0; y < height; y++) {
            size_t row = (size_t)y * (size_t)width;
            const float *beside = across + (size_t)y * (size_t)(width - 1), *below = down + row, *old = from + row;
            float *sums = to + row;
            memcpy(sums, own + row, (size_t)width * sizeof *sums);
            for (int32_t x = 1; x < width; x++)
                sums[x] += beside[x - 1] * old[x - 1];
            for (int32_t x = 0; x < width - 1; x++)
                sums[x] += beside[x] * old[x + 1];
            if (y > 0)
                for (int32_t x = 0; x < width; x++)
                    sums[x] += below[x - width] * old[x - width];
            if (y < height - 1)
                for (int32_t x = 0; x < width; x++)
                    sums[x] += below[x] * old[x + width];
            for (int32_t x = 0; x < width; x++)
                sums[x] /= weights[row + (size_t)x];
        }
        float *done = to;
        to = from;
        from = done;
    }
    if (from != values)
        memcpy(values, from, (size_t)width * (size_t)height * sizeof *values);
}
