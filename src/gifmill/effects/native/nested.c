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

/* The copies, and the vanishing point of the nested photos, in pixels of the photo. */
typedef struct {
    Level levels[MAX_LEVELS];
    int32_t count;
    float vanishing_x, vanishing_y;
} Copies;

/* The pixels of a chunk: positions from the vanishing point, and reduction of the photo 0. */
typedef struct {
    const float *x, *y, *octave;
    int count;
} Pixels;

/* Read the colour of each pixel in the photo with its number. These loops are apart so that those with arithmetic only
   have vector instructions. */
static void read_colours(const Copies *copies, Pixels pixels, const Nested *photos, const int32_t *numbers,
                         uint64_t *colours)
{
    float x[CHUNK], y[CHUNK], level[CHUNK], last = (float)(copies->count - 1);
    int32_t levels[CHUNK];
    for (int i = 0; i < pixels.count; i++) {
        Nested photo = photos[numbers[i]];
        x[i] = pixels.x[i] * photo.scale + copies->vanishing_x;
        y[i] = pixels.y[i] * photo.scale + copies->vanishing_y;
        level[i] = pixels.octave[i] + photo.octave;
    }
    for (int i = 0; i < pixels.count; i++) {
        float nearest = 2 * level[i] + 0.5f;
        levels[i] = (int32_t)(nearest > 0 ? nearest < last ? nearest : last : 0);
    }
    for (int i = 0; i < pixels.count; i++) {
        x[i] *= copies->levels[levels[i]].across;
        y[i] *= copies->levels[levels[i]].down;
    }
    Positions at;
    for (int i = 0; i < pixels.count; i++) {
        at.x[i] = steps(x[i]);
        at.y[i] = steps(y[i]);
    }
    for (int i = 0; i < pixels.count; i++) {
        Texture texture = copies->levels[levels[i]].texture;
        int32_t across = at.x[i], down = at.y[i];
        if (across > texture.width * STEPS_PER_PIXEL)
            across = mirrored(across, texture.width);
        if (down > texture.height * STEPS_PER_PIXEL)
            down = mirrored(down, texture.height);
        colours[i] = interpolated(texture, across, down);
    }
}

/* The colour of a pixel on the edge of a photo: `share` of it belongs to that, the rest to the next one outside. */
static inline uint64_t edge_colour(uint64_t inner, uint64_t outer, float share)
{
    const uint64_t BYTES = 0x00ff00ff00ff00ff;
    uint32_t part = (uint32_t)(share * 256 + 0.5f);
    return (inner >> 8 & BYTES) * part + (outer >> 8 & BYTES) * (256 - part);
}

/* A picture as large as the first of at most `MAX_LEVELS` copies, each with the byte where its texels start and its
   size in pixels. The fields have for each pixel:
   - `x`, `y`: its position from the vanishing point, in pixels of the photo 0;
   - `depth`: the number of its photo, with a fraction: 0 at the outer edge of that photo, towards 1 at its inner one;
   - `octave`: binary logarithm of the reduction of the photo 0;
   - `edge`: the distance between both edges, in pixels of the canvas.
   `phase` is added to each depth. `photos` has one for each number from -1 to `photo_count - 2`. */
EXPORT void gifmill_nested(const uint8_t *texels, const int64_t *starts, const int32_t *sizes, int32_t level_count,
                           int32_t channels, const float *x, const float *y, const float *depth, const float *octave,
                           const float *edge, float phase, const Nested *photos, int32_t photo_count, const float vanishing_point[2],
                           uint8_t *out)
{
    Copies copies = {
        .count = level_count, .vanishing_x = vanishing_point[0], .vanishing_y = vanishing_point[1],
    };
    for (int32_t number = 0; number < level_count; number++) {
        const int32_t *size = sizes + 2 * number;
        copies.levels[number] = (Level){{texels + starts[number], size[0], size[1], channels},
                                        (float)size[0] / (float)sizes[0],
                                        (float)size[1] / (float)sizes[1]};
    }
    float last = (float)(photo_count - 2), shares[CHUNK];
    int32_t numbers[CHUNK];
    uint64_t colours[CHUNK], around;
    int64_t total = (int64_t)sizes[0] * sizes[1];
    for (int64_t first = 0; first < total; first += CHUNK) {
        Pixels pixels = {x + first, y + first, octave + first, total - first < CHUNK ? (int)(total - first) : CHUNK};
        for (int i = 0; i < pixels.count; i++) {
            float deep = depth[first + i] + phase;
            numbers[i] = (int32_t)(deep > 0 ? deep < last ? deep : last : 0);
            shares[i] = (deep - (float)numbers[i]) * edge[first + i];
        }
        read_colours(&copies, pixels, photos + 1, numbers, colours);
        for (int i = 0; i < pixels.count; i++, out += channels) {
            if (!(shares[i] < 1)) {
                write_colour(colours[i], out, channels);
                continue;
            }
            Pixels pixel = {pixels.x + i, pixels.y + i, pixels.octave + i, 1};
            read_colours(&copies, pixel, photos, numbers + i, &around);
            write_colour(edge_colour(colours[i], around, shares[i] > 0 ? shares[i] : 0), out, channels);
        }
    }
}
