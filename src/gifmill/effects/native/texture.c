/* Textures: their preparation, and the sampling of one at many positions. */
#include "texture.h"

enum { TAPS = 4 }; /* weights of the nearest pixels to either side of a point halfway between two, in 64ths */

static uint8_t to_byte(int32_t sum, int32_t unit)
{
    int32_t level = (sum + unit / 2) / unit;
    return level < 0 ? 0 : level > 255 ? 255 : (uint8_t)level;
}

static int32_t inside(int32_t at, int32_t side)
{
    int32_t within = at % (2 * side);
    within += within < 0 ? 2 * side : 0;
    return within < side ? within : 2 * side - 1 - within;
}

/* A row of pixels, or one halfway to the next, in 64ths, with `TAPS` mirrored pixels before and after it. */
static void row_of_pixels(const uint8_t *pixels, int32_t width, int32_t height, int32_t channels, int32_t texel_row,
                          const int16_t weights[TAPS], int16_t *row)
{
    size_t bytes = (size_t)channels * (size_t)width;
    int16_t *first = row + channels * TAPS;
    if (texel_row % 2) {
        const uint8_t *pixel = pixels + bytes * (size_t)inside((texel_row - 1) / 2, height);
        for (size_t at = 0; at < bytes; at++)
            first[at] = (int16_t)(pixel[at] * 64);
    } else {
        const uint8_t *above[TAPS], *below[TAPS];
        for (int tap = 0; tap < TAPS; tap++) {
            above[tap] = pixels + bytes * (size_t)inside(texel_row / 2 - 1 - tap, height);
            below[tap] = pixels + bytes * (size_t)inside(texel_row / 2 + tap, height);
        }
        for (size_t at = 0; at < bytes; at++) {
            int16_t sum = 0;
            for (int tap = 0; tap < TAPS; tap++)
                sum = (int16_t)(sum + weights[tap] * (above[tap][at] + below[tap][at]));
            first[at] = sum; /* at most 64 x 2 x 255 in magnitude */
        }
    }
    for (int32_t at = 1; at <= TAPS; at++)
        for (int32_t channel = 0; channel < channels; channel++) {
            first[channel - channels * at] = first[channel + channels * inside(-at, width)];
            first[channel + channels * (width - 1 + at)] = first[channel + channels * inside(width - 1 + at, width)];
        }
}

/* The texels of a row of pixels, without their alpha if there are three channels. */
static inline void row_of_texels(const int16_t *pixel, int32_t width, int32_t channels, const int16_t weights[TAPS],
                                 uint8_t *texels)
{
    for (int32_t x = 0; x <= width; x++, pixel += channels, texels += 8) {
        for (int32_t channel = 0; channel < channels; channel++) {
            const int16_t *at = pixel + channel;
            int32_t sum = weights[0] * (at[-channels] + at[0]) + weights[1] * (at[-2 * channels] + at[channels]) +
                          weights[2] * (at[-3 * channels] + at[2 * channels]) +
                          weights[3] * (at[-4 * channels] + at[3 * channels]);
            texels[channel] = to_byte(sum, 64 * 64);
            texels[4 + channel] = to_byte(at[0], 64);
        }
    }
}

/* Prepare a photo of 3 channels, or of 4 with colours that are premultiplied by alpha, for sampling. The magnitudes of
   `weights` add up to at most 64. `row` is memory for `channels` x (width + 8) numbers. */
EXPORT void gifmill_texture(const uint8_t *pixels, int32_t width, int32_t height, int32_t channels,
                            const int16_t weights[TAPS], int16_t *row, uint8_t *texels)
{
    for (int32_t y = 0; y < 2 * height + 2; y++) {
        row_of_pixels(pixels, width, height, channels, y, weights, row);
        if (channels == 4) {
            row_of_texels(row + 4 * TAPS, width, 4, weights, texels);
        } else {
            row_of_texels(row + 3 * TAPS, width, 3, weights, texels);
            for (int32_t x = 0; x < 2 * width + 2; x++)
                texels[4 * x + 3] = 255;
        }
        texels += 8 * (size_t)width + 8;
    }
}

static inline void sample(Texture texture, const Positions *at, int count, int32_t channels, uint8_t *out)
{
    uint32_t right = (uint32_t)texture.width * STEPS_PER_PIXEL, low = (uint32_t)texture.height * STEPS_PER_PIXEL;
    for (int i = 0; i < count; i++, out += channels) {
        int32_t x = at->x[i], y = at->y[i];
        if ((uint32_t)x > right)
            x = mirrored(x, texture.width);
        if ((uint32_t)y > low)
            y = mirrored(y, texture.height);
        write_colour(interpolated(texture, x, y), out, channels);
    }
}

/* Write the colours at the positions. */
void gifmill_sample(Texture texture, const Positions *at, int count, uint8_t *out)
{
    if (texture.channels == 4)
        sample(texture, at, count, 4, out);
    else
        sample(texture, at, count, 3, out);
}
