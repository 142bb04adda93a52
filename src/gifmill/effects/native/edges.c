/* Edges of a picture: blur, thinning and tracing, the steps of a Canny detector. Rows of floats without padding.

   Source: J. Canny, "A computational approach to edge detection", IEEE TPAMI 8(6), 1986. */
#include "core.h"

#include <math.h>
#include <string.h>

static int32_t inside(int32_t at, int32_t side)
{
    return at < 0 ? 0 : at < side ? at : side - 1;
}

/* Blur a picture by a symmetric kernel; edges continue. `weights` has the middle one first, and `radius` more. `row` is
   memory for `width` + 2 `radius` numbers, and `between` for a picture. `out` may be the picture itself. */
EXPORT void gifmill_blur(const float *picture, int32_t width, int32_t height, const float *weights, int32_t radius,
                         float *row, float *between, float *out)
{
    size_t columns = (size_t)width;
    for (int32_t y = 0; y < height; y++) {
        const float *from = picture + (size_t)y * columns;
        float *to = between + (size_t)y * columns, *middle = row + radius;
        for (int32_t x = -radius; x < width + radius; x++)
            middle[x] = from[inside(x, width)];
        for (int32_t x = 0; x < width; x++)
            to[x] = weights[0] * middle[x];
        for (int32_t tap = 1; tap <= radius; tap++)
            for (int32_t x = 0; x < width; x++)
                to[x] += weights[tap] * (middle[x - tap] + middle[x + tap]);
    }
    for (int32_t y = 0; y < height; y++) {
        const float *from = between + (size_t)y * columns;
        float *to = out + (size_t)y * columns;
        for (int32_t x = 0; x < width; x++)
            to[x] = weights[0] * from[x];
        for (int32_t tap = 1; tap <= radius; tap++) {
            const float *above = between + (size_t)inside(y - tap, height) * columns;
            const float *below = between + (size_t)inside(y + tap, height) * columns;
            for (int32_t x = 0; x < width; x++)
                to[x] += weights[tap] * (above[x] + below[x]);
        }
    }
}

/* A picture's number between four pixels, at `right` and `down` (each -1 to 1) from a pixel that is on no edge. */
static float between_pixels(const float *at, int32_t width, float right, float down)
{
    int32_t side = right < 0 ? -1 : 1, row = down < 0 ? -width : width;
    float across = fabsf(right), along = fabsf(down);
    float near = at[0] + across * (at[side] - at[0]), far = at[row] + across * (at[row + side] - at[row]);
    return near + along * (far - near);
}

/* Thin edges to lines: keep numbers that are the largest across their edge, and set all others to 0. `right` and `down`
   are the direction across, of length 1. */
EXPORT void gifmill_thin_edges(const float *edges, int32_t width, int32_t height, const float *right, const float *down,
                               float *out)
{
    memset(out, 0, sizeof *out * (size_t)width * (size_t)height);
    for (int32_t y = 1; y < height - 1; y++)
        for (int32_t x = 1; x < width - 1; x++) {
            size_t at = (size_t)y * (size_t)width + (size_t)x;
            const float *edge = edges + at;
            if (*edge >= between_pixels(edge, width, right[at], down[at]) &&
                *edge > between_pixels(edge, width, -right[at], -down[at]))
                out[at] = *edge;
        }
}

enum { UNSEEN = 0, KEPT = 1, DROPPED = 2 };

/* Trace lines: `states` becomes 1 at each pixel of a line of at least `least` connected pixels above `low`, of which
   one is above `high`; 2 or 0 elsewhere. `line` is memory for as many numbers as pixels. */
EXPORT void gifmill_trace_edges(const float *edges, int32_t width, int32_t height, float low, float high, int32_t least,
                                int32_t *line, uint8_t *states)
{
    int32_t pixels = width * height;
    memset(states, UNSEEN, (size_t)pixels);
    for (int32_t first = 0; first < pixels; first++) {
        if (states[first] != UNSEEN || !(edges[first] > low))
            continue;
        int32_t found = 1, strong = 0;
        line[0] = first;
        states[first] = DROPPED;
        for (int32_t next = 0; next < found; next++) {
            int32_t x = line[next] % width, y = line[next] / width;
            strong |= edges[line[next]] > high;
            for (int32_t row = inside(y - 1, height); row <= inside(y + 1, height); row++)
                for (int32_t column = inside(x - 1, width); column <= inside(x + 1, width); column++) {
                    int32_t at = row * width + column;
                    if (states[at] != UNSEEN || !(edges[at] > low))
                        continue;
                    states[at] = DROPPED;
                    line[found++] = at;
                }
        }
        if (strong && found >= least)
            for (int32_t each = 0; each < found; each++)
                states[line[each]] = KEPT;
    }
}
