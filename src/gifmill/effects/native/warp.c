/* Warps: pictures whose pixels come from computed positions in a photo. */
#include "texture.h"

/* A view of a photo. The middle of the picture's pixel (x, y) is at `first + x right + y down` in the photo; `right`
   and `down` are `matrix`'s columns, and `first` is its last one. */
EXPORT void gifmill_affine(const uint8_t *texels, int32_t width, int32_t height, int32_t channels,
                           const float matrix[6], int32_t out_width, int32_t out_height, uint8_t *out)
{
    Texture texture = {texels, width, height, channels};
    Positions at;
    for (int32_t y = 0; y < out_height; y++) {
        float first_x = matrix[2] + matrix[1] * (float)y, first_y = matrix[5] + matrix[4] * (float)y;
        for (int32_t left = 0; left < out_width; left += CHUNK) {
            int count = out_width - left < CHUNK ? out_width - left : CHUNK;
            for (int i = 0; i < count; i++) {
                at.x[i] = steps(first_x + matrix[0] * (float)(left + i));
                at.y[i] = steps(first_y + matrix[3] * (float)(left + i));
            }
            gifmill_sample(texture, &at, count, out);
            out += channels * count;
        }
    }
}

/* A picture as large as its photo, displaced: the pixel (x, y) shows the photo at `columns[0][x] + rows[0][y]` from
   its left edge and `columns[1][x] + rows[1][y]` from its upper one, plus `right` and `down` times `near`, if there is
   one. */
EXPORT void gifmill_displace(const uint8_t *texels, int32_t width, int32_t height, int32_t channels,
                             const float *columns, const float *rows, const float *near, float right, float down,
                             uint8_t *out)
{
    Texture texture = {texels, width, height, channels};
    Positions at;
    for (int32_t y = 0; y < height; y++) {
        for (int32_t left = 0; left < width; left += CHUNK) {
            int count = width - left < CHUNK ? width - left : CHUNK;
            const float *moved = near ? near + (size_t)y * (size_t)width + left : NULL;
            displace(&at, count, columns + left, width, rows + y, height, moved, right, down);
            gifmill_sample(texture, &at, count, out);
            out += channels * count;
        }
    }
}

enum { SINE_TERMS = 7, COSINE_TERMS = 8 };

/* Sine and cosine, for at most 3.2 in magnitude, to 3e-5: less than a hundredth of a pixel at 250 px. The C library's
   differ from platform to platform. Source: their power series, in x squared. */
static const float SINE[SINE_TERMS] = {
    1, -1 / 6.f, 1 / 120.f, -1 / 5040.f, 1 / 362880.f, -1 / 39916800.f, 1 / 6227020800.f,
};
static const float COSINE[COSINE_TERMS] = {
    1, -1 / 2.f, 1 / 24.f, -1 / 720.f, 1 / 40320.f, -1 / 3628800.f, 1 / 479001600.f, -1 / 87178291200.f,
};

static inline float series(const float *terms, int count, float square)
{
    float sum = terms[count - 1];
    for (int term = count - 2; term >= 0; term--)
        sum = terms[term] + square * sum;
    return sum;
}

/* A picture as large as its photo whose pixels are rotated around a centre, each by an angle of its own. The angle is
   cosine x cosine_part + sine x sine_part, in radians. */
EXPORT void gifmill_twist(const uint8_t *texels, int32_t width, int32_t height, int32_t channels, float centre_x,
                          float centre_y, const float *cosine_part, const float *sine_part, float cosine, float sine,
                          uint8_t *out)
{
    Texture texture = {texels, width, height, channels};
    Positions at;
    for (int32_t y = 0; y < height; y++) {
        float dy = (float)y + 0.5f - centre_y;
        for (int32_t left = 0; left < width; left += CHUNK) {
            int count = width - left < CHUNK ? width - left : CHUNK;
            for (int i = 0; i < count; i++) {
                float angle = cosine * cosine_part[i] + sine * sine_part[i], square = angle * angle;
                float sin = angle * series(SINE, SINE_TERMS, square), cos = series(COSINE, COSINE_TERMS, square);
                float dx = (float)(left + i) + 0.5f - centre_x;
                at.x[i] = steps(dx * cos - dy * sin + centre_x);
                at.y[i] = steps(dx * sin + dy * cos + centre_y);
            }
            gifmill_sample(texture, &at, count, out);
            cosine_part += count;
            sine_part += count;
            out += channels * count;
        }
    }
}

/* A picture as large as its photo, of mirrored wedges around its middle. `sector` has the number of each pixel's half
   wedge, with a fraction, before the mirrors rotate by `phase`; each of `count` half wedges maps its pixels by a matrix
   of two columns, which `tip` is added to. */
EXPORT void gifmill_kaleidoscope(const uint8_t *texels, int32_t width, int32_t height, int32_t channels,
                                 const float *sector, float phase, const float *matrices, int32_t count,
                                 const float tip[2], uint8_t *out)
{
    Texture texture = {texels, width, height, channels};
    Positions at;
    float last = (float)(count - 1);
    int32_t numbers[CHUNK];
    for (int32_t y = 0; y < height; y++) {
        float dy = (float)y + 0.5f - (float)height / 2;
        for (int32_t left = 0; left < width; left += CHUNK) {
            int pixels = width - left < CHUNK ? width - left : CHUNK;
            for (int i = 0; i < pixels; i++) {
                float number = sector[i] + phase;
                numbers[i] = (int32_t)(number > 0 ? number < last ? number : last : 0);
            }
            for (int i = 0; i < pixels; i++) {
                const float *matrix = matrices + 4 * numbers[i];
                float dx = (float)(left + i) + 0.5f - (float)width / 2;
                at.x[i] = steps(dx * matrix[0] + dy * matrix[1] + tip[0]);
                at.y[i] = steps(dx * matrix[2] + dy * matrix[3] + tip[1]);
            }
            gifmill_sample(texture, &at, pixels, out);
            sector += pixels;
            out += channels * pixels;
        }
    }
}
