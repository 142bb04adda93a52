/* Discs: many small ones with antialiased edges, drawn over a canvas. */
#include "core.h"

#include <math.h>

enum { OPAQUE = 255, DISC_NUMBERS = 3, WITH_ALPHA = 4 };

static inline uint8_t mixed(uint32_t below, uint32_t above, uint32_t part)
{
    return (uint8_t)((below * (OPAQUE - part) + above * part + OPAQUE / 2) / OPAQUE);
}

/* Draw a colour with an opacity of `alpha` over a pixel with straight alpha. */
static inline void blend(uint8_t *pixel, const uint8_t *colour, uint32_t alpha, int32_t channels)
{
    uint32_t part = alpha; /* of the colour in the result */
    if (channels == WITH_ALPHA && pixel[3] < OPAQUE) {
        uint32_t sum = pixel[3] * (OPAQUE - alpha) + OPAQUE * alpha;
        part = (OPAQUE * OPAQUE * alpha + sum / 2) / sum;
        pixel[3] = (uint8_t)((sum + OPAQUE / 2) / OPAQUE);
    }
    for (int channel = 0; channel < 3; channel++)
        pixel[channel] = mixed(pixel[channel], colour[channel], part);
}

/* A pixel's number on an axis of `side` pixels, limited to it. */
static inline int32_t limited(float at, int32_t side)
{
    return at > 0 ? at < (float)side ? (int32_t)at : side : 0;
}

/* Draw `count` discs over a canvas of 3 channels, or of 4 with straight alpha. `discs` has x, y and radius of each, in
   pixels; `colours` has as many channels as the canvas. A disc smaller than a pixel is a fainter one of a pixel. */
EXPORT void gifmill_draw_discs(uint8_t *canvas, int32_t width, int32_t height, int32_t channels, const float *discs,
                               const uint8_t *colours, int64_t count)
{
    for (int64_t number = 0; number < count; number++, discs += DISC_NUMBERS, colours += channels) {
        float x = discs[0], y = discs[1], size = discs[2] > 0 ? 2 * discs[2] : 0, opacity = OPAQUE;
        if (channels == WITH_ALPHA)
            opacity = colours[3];
        if (size < 1) {
            opacity *= size * size;
            size = 1;
        }
        float reach = (size + 1) / 2; /* the edge is a pixel wide */
        int32_t left = limited(x - reach, width), right = limited(x + reach + 1, width);
        int32_t top = limited(y - reach, height), bottom = limited(y + reach + 1, height);
        for (int32_t row = top; row < bottom; row++) {
            float dy = (float)row + 0.5f - y;
            uint8_t *pixel = canvas + ((size_t)row * (size_t)width + (size_t)left) * (size_t)channels;
            for (int32_t column = left; column < right; column++, pixel += channels) {
                float dx = (float)column + 0.5f - x, covered = reach - sqrtf(dx * dx + dy * dy);
                if (covered > 0) {
                    uint32_t alpha = (uint32_t)(opacity * (covered < 1 ? covered : 1) + 0.5f);
                    if (alpha)
                        blend(pixel, colours, alpha, channels);
                }
            }
        }
    }
}
