#include "core.h"

#include <string.h>

/* The box around all pixels that differ; returns their number. */
EXPORT int64_t gifmill_changed_window(const uint8_t *before, const uint8_t *now, int32_t width, int32_t height,
                                      int32_t window[4])
{
    int left = width, top = height, right = 0, bottom = 0;
    int64_t count = 0;
    for (int y = 0; y < height; y++) {
        const uint8_t *a = before + 3 * (size_t)y * (size_t)width, *b = now + 3 * (size_t)y * (size_t)width;
        if (!memcmp(a, b, 3 * (size_t)width))
            continue;
        for (int x = 0; x < width; x++)
            if (a[3 * x] != b[3 * x] || a[3 * x + 1] != b[3 * x + 1] || a[3 * x + 2] != b[3 * x + 2]) {
                count++;
                left = x < left ? x : left;
                right = x >= right ? x + 1 : right;
            }
        top = y < top ? y : top;
        bottom = y + 1;
    }
    if (!count)
        left = top = right = bottom = 0;
    window[0] = left;
    window[1] = top;
    window[2] = right;
    window[3] = bottom;
    return count;
}
