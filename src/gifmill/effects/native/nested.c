/* Photos within photos: each pixel shows one of them, reduced. */
#include "texture.h"

enum { MAX_LEVELS = 32 };

/* A copy of a photo, smaller by the square root of 2 than the one before, and its sizes relative to the photo. */
typedef struct {
    Texture texture;
    float across, down;
} Level;

/* A photo in the sequence, seen from the pixels whose own photo it is: the scale from their positions to those in the
   photo, and the binary logarithm of the reduction that belongs to it. */
typedef struct {
    float scale, octave;
} Nested;

static inline uint64_t reduced_colour(const Level *levels, int32_t count, float x, float y, float octave)
{
    float twice = 2 * octave + 0.5f;
    const Level *level = levels + (twice >= 1 ? twice < (float)count ? (int32_t)twice : count - 1 : 0);
    Texture texture = level->texture;
    int32_t across = steps(x * level->across), down = steps(y * level->down);
    if (across > texture.width * STEPS_PER_PIXEL)
        across = mirrored(across, texture.width);
    if (down > texture.height * STEPS_PER_PIXEL)
        down = mirrored(down, texture.height);
    return interpolated(texture, across, down);
}

/* Write the colour of a pixel on the edge of a photo: `share` of it belongs to that, the rest to the next one outside. */
static void write_edge(uint64_t inner, uint64_t outer, float share, uint8_t *out)
{
    uint8_t here[3], around[3];
    write_colour(inner, here);
    write_colour(outer, around);
    for (int channel = 0; channel < 3; channel++)
        out[channel] = (uint8_t)((float)here[channel] * share + (float)around[channel] * (1 - share) + 0.5f);
}

/* A picture as large as the first of at most `MAX_LEVELS` copies, each with the byte where its texels start and its size
   in pixels. The fields have for each pixel:
   - `x`, `y`: its position from the vanishing point, in pixels of the photo 0;
   - `depth`: the number of its photo, with a fraction: 0 at the outer edge of that photo, towards 1 at its inner one;
   - `octave`: binary logarithm of the reduction of the photo 0;
   - `edge`: the distance between both edges, in pixels of the canvas.
   `phase` is added to each depth. `photos` has one for each number from -1 to `photo_count - 2`. */
EXPORT void gifmill_nested(const uint8_t *texels, const int64_t *starts, const int32_t *sizes, int32_t level_count,
                           const float *x, const float *y, const float *depth, const float *octave, const float *edge,
                           float phase, const float *photos, int32_t photo_count, const float end[2], uint8_t *out)
{
    Level levels[MAX_LEVELS];
    for (int32_t number = 0; number < level_count; number++) {
        const int32_t *size = sizes + 2 * number;
        levels[number] = (Level){{texels + starts[number], size[0], size[1]},
                                 (float)size[0] / (float)sizes[0],
                                 (float)size[1] / (float)sizes[1]};
    }
    float last = (float)(photo_count - 2);
    size_t pixels = (size_t)sizes[0] * (size_t)sizes[1];
    for (size_t at = 0; at < pixels; at++, out += 3) {
        float deep = depth[at] + phase;
        int32_t number = deep > 0 ? deep < last ? (int32_t)deep : (int32_t)last : 0;
        const float *outer = photos + 2 * number, *inner = outer + 2;
        uint64_t colour = reduced_colour(levels, level_count, x[at] * inner[0] + end[0], y[at] * inner[0] + end[1],
                                         octave[at] + inner[1]);
        float share = (deep - (float)number) * edge[at];
        if (!(share < 1)) {
            write_colour(colour, out);
            continue;
        }
        uint64_t around = reduced_colour(levels, level_count, x[at] * outer[0] + end[0], y[at] * outer[0] + end[1],
                                         octave[at] + outer[1]);
        write_edge(colour, around, share > 0 ? share : 0, out);
    }
}
