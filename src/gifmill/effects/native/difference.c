#include "core.h"

#include <stdlib.h>

/* The sum of the differences of two rows of bytes. */
EXPORT int64_t gifmill_difference(const uint8_t *one, const uint8_t *other, int64_t count)
{
    int64_t sum = 0;
    while (count > 0) {
        int32_t part = count < 1 << 20 ? (int32_t)count : 1 << 20, sum_of_part = 0; /* 2^20 x 255 fits 31 bits */
        for (int32_t at = 0; at < part; at++)
            sum_of_part += abs(one[at] - other[at]);
        sum += sum_of_part;
        one += part;
        other += part;
        count -= part;
    }
    return sum;
}
