/* Sums of luminance and saturated red over a grid of cells, for the detection of flashes. */
#include "metric.h"

#include <string.h>

/* Source: WCAG 2.2, relative luminance; general flash and red flash thresholds. */
static const float LUMINANCE[3] = {0.2126f, 0.7152f, 0.0722f};
static const float SATURATED_SHARE = 0.8f; /* share of red in a colour from which it is saturated */
static const float RED_SCALE = 320;        /* saturated red is (R - G - B) x 320 */

/* Cells are `side` x `side` pixels, fewer at the right and bottom edges; `light` and `red` have one sum for each. */
EXPORT void gifmill_cell_sums(const uint8_t *pixels, int32_t width, int32_t height, int32_t side, double *light,
                              double *red)
{
    int columns = (width + side - 1) / side, rows = (height + side - 1) / side;
    memset(light, 0, sizeof *light * (size_t)columns * (size_t)rows);
    memset(red, 0, sizeof *red * (size_t)columns * (size_t)rows);
    for (int y = 0; y < height; y++)
        for (int column = 0; column < columns; column++) {
            int left = column * side, right = left + side < width ? left + side : width;
            size_t at = (size_t)y * (size_t)width + (size_t)left;
            const uint8_t *pixel = pixels + 3 * at;
            float sum = 0, reds = 0;
            for (int x = left; x < right; x++, pixel += 3) {
                float r = gifmill_light[pixel[0]], g = gifmill_light[pixel[1]], b = gifmill_light[pixel[2]];
                float rest = g + b;
                sum += LUMINANCE[0] * r + LUMINANCE[1] * g + LUMINANCE[2] * b;
                if (r >= SATURATED_SHARE * (r + rest) && r > rest)
                    reds += (r - rest) * RED_SCALE;
            }
            size_t cell = (size_t)(y / side) * (size_t)columns + (size_t)column;
            light[cell] += sum;
            red[cell] += reds;
        }
}
