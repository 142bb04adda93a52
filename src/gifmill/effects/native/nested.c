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

/* The border of each photo: its width in pixels of the photo, and its grey level. */
typedef struct {
    float width, level;
} Border;

/* The pixels of a chunk: positions from the vanishing point, and reduction of the photo 0. */
typedef struct {
    const float *x, *y, *octave;
    int count;
} Pixels;

/* What is at the pixels of a chunk: a colour, the reduction's binary logarithm, the copy that is read, and the distance
   from the nearest edge of its photo, in pixels of the photo; negative outside. */
typedef struct {
    uint64_t colours[CHUNK];
    float octaves[CHUNK], distances[CHUNK];
    int32_t levels[CHUNK];
} Found;

static inline float smaller(float one, float other)
{
    return one < other ? one : other;
}

/* Read each pixel in the photo with its number. These loops are apart so that those with arithmetic only have vector
   instructions. */
static void read_photos(const Copies *copies, Pixels pixels, const Nested *photos, const int32_t *numbers, Found *found)
{
    float x[CHUNK], y[CHUNK], last = (float)(copies->count - 1);
    float width = (float)copies->levels[0].texture.width, height = (float)copies->levels[0].texture.height;
    for (int i = 0; i < pixels.count; i++) {
        Nested photo = photos[numbers[i]];
        x[i] = pixels.x[i] * photo.scale + copies->vanishing_x;
        y[i] = pixels.y[i] * photo.scale + copies->vanishing_y;
        found->octaves[i] = pixels.octave[i] + photo.octave;
    }
    for (int i = 0; i < pixels.count; i++) {
        float nearest = 2 * found->octaves[i] + 0.5f;
        found->levels[i] = (int32_t)(nearest > 0 ? nearest < last ? nearest : last : 0);
        found->distances[i] = smaller(smaller(x[i], width - x[i]), smaller(y[i], height - y[i]));
    }
    for (int i = 0; i < pixels.count; i++) {
        x[i] *= copies->levels[found->levels[i]].across;
        y[i] *= copies->levels[found->levels[i]].down;
    }
    Positions at;
    for (int i = 0; i < pixels.count; i++) {
        at.x[i] = steps(x[i]);
        at.y[i] = steps(y[i]);
    }
    for (int i = 0; i < pixels.count; i++) {
        Texture texture = copies->levels[found->levels[i]].texture;
        int32_t across = at.x[i], down = at.y[i];
        if (across > texture.width * STEPS_PER_PIXEL)
            across = mirrored(across, texture.width);
        if (down > texture.height * STEPS_PER_PIXEL)
            down = mirrored(down, texture.height);
        found->colours[i] = interpolated(texture, across, down);
    }
}

/* Two colours as `interpolated` returns them, mixed: a share of the first one, from 0 to 1. */
static inline uint64_t mixed(uint64_t one, uint64_t other, float share)
{
    const uint64_t BYTES = 0x00ff00ff00ff00ff;
    uint32_t part = (uint32_t)((share > 0 ? share < 1 ? share : 1 : 0) * 256 + 0.5f);
    return (one >> 8 & BYTES) * part + (other >> 8 & BYTES) * (256 - part);
}

/* The least width of a border on the canvas, and that as a part of a photo's shorter side: no border dissolves into
   dashes, and none fills a photo. */
static const float LEAST_WIDTH = 1.25f, MOST_OF_SIDE = 1 / 16.f;

/* A picture as large as the first of at most `MAX_LEVELS` copies, each with the byte where its texels start and its
   size in pixels. The fields have for each pixel:
   - `x`, `y`: its position from the vanishing point, in pixels of the photo 0;
   - `depth`: the number of its photo, with a fraction;
   - `octave`: binary logarithm of the reduction of the photo 0.
   `phase` is added to each depth. `photos` has one for each number from -1 to `photo_count - 2`. Edges of photos, and
   of their borders, are a pixel of the canvas wide. */
EXPORT void gifmill_nested(const uint8_t *texels, const int64_t *starts, const int32_t *sizes, int32_t level_count,
                           int32_t channels, const float *x, const float *y, const float *depth, const float *octave,
                           float phase, const Nested *photos, int32_t photo_count, const float vanishing_point[2],
                           const Border *border, uint8_t *out)
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
    uint64_t grey = (uint64_t)(border->level * 256), opaque = 0xff80;
    uint64_t border_colour = grey | grey << 16 | grey << 32 | opaque << 48;
    float last = (float)(photo_count - 2), side = (float)(sizes[0] < sizes[1] ? sizes[0] : sizes[1]);
    int32_t numbers[CHUNK], coarsest = level_count - 1;
    Found found, around;
    int64_t total = (int64_t)sizes[0] * sizes[1];
    for (int64_t first = 0; first < total; first += CHUNK) {
        Pixels pixels = {x + first, y + first, octave + first, total - first < CHUNK ? (int)(total - first) : CHUNK};
        for (int i = 0; i < pixels.count; i++) {
            float deep = depth[first + i] + phase;
            numbers[i] = (int32_t)(deep > 0 ? deep < last ? deep : last : 0);
        }
        read_photos(&copies, pixels, photos + 1, numbers, &found);
        for (int i = 0; i < pixels.count; i++, out += channels) {
            uint64_t colour = found.colours[i];
            int32_t level = found.levels[i];
            float rough = 1.5f / copies.levels[level].across; /* about the reduction, but not less */
            if (level == coarsest || found.distances[i] < border->width + 2 * rough) {
                float reduction = exp2f(found.octaves[i]), inside = found.distances[i] / reduction + 0.5f;
                float least = smaller(LEAST_WIDTH, side / reduction * MOST_OF_SIDE), width = border->width / reduction;
                colour = mixed(border_colour, colour, (width > least ? width : least) + 1 - inside);
                if (inside < 1) {
                    Pixels pixel = {pixels.x + i, pixels.y + i, pixels.octave + i, 1};
                    read_photos(&copies, pixel, photos, numbers + i, &around);
                    colour = mixed(colour, around.colours[0], inside);
                }
            }
            write_colour(colour, out, channels);
        }
    }
}
