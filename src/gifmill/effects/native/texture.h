/* A photo that can be sampled between its pixels, and beyond its edges, where it is mirrored again and again.

   A texture has two texels a pixel along each axis: one at the pixel's centre, with its own colour, and one halfway to
   the next. Linear interpolation between texels is then sharper than the nearest of five texels a pixel, and a fraction
   of their memory. The first texel is on the edge of the photo, half a pixel before the first centre; the last but one
   is on the far edge. So a photo of `width` x `height` pixels has (2 width + 2) x (2 height + 2) texels. */
#ifndef GIFMILL_TEXTURE_H
#define GIFMILL_TEXTURE_H

#include "core.h"

#include <math.h>
#include <string.h>

enum {
    STEPS_PER_TEXEL = 16, /* places between two texels that are distinguished: weights are exact in a byte */
    STEPS_PER_PIXEL = 2 * STEPS_PER_TEXEL,
    CHUNK = 256, /* positions that are computed at a time: these loops have vector instructions */
};

/* RGBA bytes; colours are premultiplied by alpha. A photo of three channels is opaque, and so are pictures of it;
   pictures of one with four channels have straight alpha. */
typedef struct {
    const uint8_t *texels;
    int32_t width, height; /* in pixels of the photo */
    int32_t channels;
} Texture;

/* Positions in a texture, in steps from its upper left corner. */
typedef struct {
    int32_t x[CHUNK], y[CHUNK];
} Positions;

/* The steps of a position in pixels. The photo before its first edge is mirrored. NaN is as good as any position. */
static inline int32_t steps(float pixels)
{
    float magnitude = fabsf(pixels);
    float limited = magnitude < 1e6f ? magnitude : 1e6f;
    return (int32_t)(limited * STEPS_PER_PIXEL + 0.5f);
}

/* The steps inside of a photo of `side` pixels for steps beyond its far edge. */
static inline int32_t mirrored(int32_t at, int32_t side)
{
    int32_t end = side * STEPS_PER_PIXEL;
    int32_t within = at % (2 * end);
    return within <= end ? within : 2 * end - within;
}

/* A texel's four bytes in 16 bits each: red, blue, green and alpha from the lowest. */
static inline uint64_t spread(const uint8_t *texel)
{
    uint32_t bytes;
    memcpy(&bytes, texel, sizeof bytes);
    return (bytes | (uint64_t)bytes << 24) & 0x00ff00ff00ff00ff;
}

/* The colour at a position inside of the photo, interpolated: 256 times the bytes, in the order of `spread`. All four
   sums fit their 16 bits, because the weights add up to 256. */
static inline uint64_t interpolated(Texture texture, int32_t x, int32_t y)
{
    size_t row_bytes = 8 * (size_t)texture.width + 8;
    const uint8_t *above = texture.texels + row_bytes * ((uint32_t)y / STEPS_PER_TEXEL);
    above += 4 * (size_t)((uint32_t)x / STEPS_PER_TEXEL);
    const uint8_t *below = above + row_bytes;
    uint32_t right = (uint32_t)x % STEPS_PER_TEXEL, low = (uint32_t)y % STEPS_PER_TEXEL;
    uint32_t d = right * low, c = STEPS_PER_TEXEL * low - d, b = STEPS_PER_TEXEL * right - d, a = 256 - b - c - d;
    return spread(above) * a + spread(above + 4) * b + spread(below) * c + spread(below + 4) * d + 0x0080008000800080;
}

/* A premultiplied level of 16 bits as a straight one of a byte. */
static inline uint8_t straight(uint32_t level, uint32_t alpha)
{
    uint32_t value = (level * 255 + alpha / 2) / alpha;
    return value < 255 ? (uint8_t)value : 255;
}

static inline void write_opaque(uint64_t colour, uint8_t *out)
{
    out[0] = (uint8_t)(colour >> 8);
    out[1] = (uint8_t)(colour >> 40);
    out[2] = (uint8_t)(colour >> 24);
}

static inline void write_transparent(uint64_t colour, uint8_t *out)
{
    uint32_t alpha = (uint32_t)(colour >> 48);
    out[3] = (uint8_t)(alpha >> 8);
    if (!out[3]) {
        out[0] = out[1] = out[2] = 0;
        return;
    }
    out[0] = straight(colour & 0xffff, alpha);
    out[1] = straight(colour >> 32 & 0xffff, alpha);
    out[2] = straight(colour >> 16 & 0xffff, alpha);
}

/* Write a colour as `interpolated` returns it, to a pixel of 3 or 4 channels. */
static inline void write_colour(uint64_t colour, uint8_t *out, int32_t channels)
{
    if (channels == 3)
        write_opaque(colour, out);
    else
        write_transparent(colour, out);
}

/* The positions of `count` displaced pixels: those of their columns and row, plus `right` and `down` times `near`, if
   there is one. Columns and rows have x and y, `width` and `height` apart. */
static inline void displace(Positions *at, int count, const float *columns, int32_t width, const float *row,
                            int32_t height, const float *near, float right, float down)
{
    const float *column_y = columns + width;
    float row_x = row[0], row_y = row[height];
    for (int i = 0; i < count; i++) {
        at->x[i] = steps(columns[i] + row_x + (near ? right * near[i] : 0));
        at->y[i] = steps(column_y[i] + row_y + (near ? down * near[i] : 0));
    }
}

void gifmill_sample(Texture texture, const Positions *at, int count, uint8_t *out);

#endif
