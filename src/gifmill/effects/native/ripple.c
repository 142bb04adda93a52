/* Ripple: a photo under water with rings on its surface, refracted and shaded by the slope of the surface. */
#include "texture.h"

enum { FRACTION_BITS = 8 }; /* light is a factor in 256ths, so that it needs no floats */

/* The slope of the surface at a row of pixels, and its height, 1 for the highest crest. */
typedef struct {
    float right[CHUNK], down[CHUNK], height[CHUNK];
} Surface;

/* Add the rings of a drop at (x, y), relative to the first pixel's centre. `profile` has `length` pairs of outward
   slope and height at equal distances, `per_pixel` of them a pixel; the last one holds beyond. */
static void add_rings(float x, float y, const float *profile, int32_t length, float per_pixel, int count, Surface *add)
{
    float last = (float)(length - 1), places[CHUNK], inverses[CHUNK];
    for (int i = 0; i < count; i++) {
        float dx = (float)i - x, radius = sqrtf(dx * dx + y * y) + 1e-6f;
        places[i] = radius * per_pixel < last ? radius * per_pixel : last;
        inverses[i] = 1 / radius;
    }
    for (int i = 0; i < count; i++) {
        int32_t at = (int32_t)places[i];
        const float *near = profile + 2 * (size_t)at, *far = at < length - 1 ? near + 2 : near;
        float part = places[i] - (float)at, slope = (near[0] + (far[0] - near[0]) * part) * inverses[i];
        add->right[i] += slope * ((float)i - x);
        add->down[i] -= slope * y;
        add->height[i] += near[1] + (far[1] - near[1]) * part;
    }
}

static inline uint8_t lit(uint8_t level, int32_t factor, int32_t glint)
{
    int32_t sum = (level * factor + (1 << (FRACTION_BITS - 1))) / (1 << FRACTION_BITS) + glint;
    return sum < 0 ? 0 : sum > 255 ? 255 : (uint8_t)sum;
}

/* Shade pixels: crests gather the light, as on the ground of a pool, and slopes towards a light at the upper left
   reflect it; the steepest have a glint. */
static void shade(const Surface *water, int count, float depth, float shine, int32_t channels, uint8_t *out)
{
    int32_t factors[CHUNK], glints[CHUNK];
    for (int i = 0; i < count; i++) {
        float facing = 0.55f * water->right[i] + 0.83f * water->down[i];
        float limited = facing < -1 ? -1 : facing > 1 ? 1 : facing, peak = limited > 0 ? limited : 0;
        factors[i] = (1 << FRACTION_BITS) + (int32_t)(depth * (0.7f * limited + 0.5f * water->height[i]));
        glints[i] = (int32_t)(shine * peak * (peak * peak + 0.12f));
    }
    for (int i = 0; i < count; i++, out += channels)
        for (int channel = 0; channel < 3; channel++)
            out[channel] = lit(out[channel], factors[i], glints[i]);
}

/* A picture as large as its photo, under water on which rings run outwards from `count` drops. `drops` has x and y of
   each, in pixels; `profiles` has `length` pairs for each: see `add_rings`. A slope of 1 displaces the photo
   by `refraction` pixels, changes its light by `depth` 256ths, and adds a glint of `shine` levels. */
EXPORT void gifmill_ripple(const uint8_t *texels, int32_t width, int32_t height, int32_t channels, const float *drops,
                           int32_t count, const float *profiles, int32_t length, float per_pixel, float refraction,
                           float depth, float shine, uint8_t *out)
{
    Texture texture = {texels, width, height, channels};
    Positions at;
    Surface water;
    for (int32_t y = 0; y < height; y++) {
        for (int32_t left = 0; left < width; left += CHUNK) {
            int pixels = width - left < CHUNK ? width - left : CHUNK;
            memset(&water, 0, sizeof water);
            for (int32_t drop = 0; drop < count; drop++) {
                float dx = drops[2 * drop] - (float)left - 0.5f, dy = drops[2 * drop + 1] - (float)y - 0.5f;
                add_rings(dx, dy, profiles + 2 * (size_t)drop * (size_t)length, length, per_pixel, pixels, &water);
            }
            for (int i = 0; i < pixels; i++) {
                at.x[i] = steps((float)(left + i) + 0.5f - refraction * water.right[i]);
                at.y[i] = steps((float)y + 0.5f - refraction * water.down[i]);
            }
            gifmill_sample(texture, &at, pixels, out);
            shade(&water, pixels, depth, shine, channels, out);
            out += channels * pixels;
        }
    }
}
