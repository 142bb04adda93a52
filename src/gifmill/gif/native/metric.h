/* The metric: Oklab with both chroma axes stretched. "Distance" means the squared distance in this space. */
#ifndef GIFMILL_METRIC_H
#define GIFMILL_METRIC_H

#include "core.h"

typedef float Vector __attribute__((vector_size(16)));    /* three axes, and a fourth lane */
typedef int32_t Integers __attribute__((vector_size(16))); /* also the masks that comparisons return */

extern const float gifmill_light[256];

static inline Vector vector_where(Integers mask, Vector yes, Vector no)
{
    return (Vector)(((Integers)yes & mask) | ((Integers)no & ~mask));
}

/* Cube roots of four numbers, 0 or 1e-30 to 1e30; the relative error is below 5e-7. A guess from the exponents
   (error up to 4 %), a step of Halley's method and one of Newton's. */
static inline Vector cube_roots(Vector numbers)
{
    Integers zero = numbers <= (Vector){0};
    Vector x = vector_where(zero, (Vector){1, 1, 1, 1}, numbers);
    Vector third = __builtin_convertvector((Integers)x, Vector) * (1.0f / 3.0f);
    Vector root = (Vector)(__builtin_convertvector(third, Integers) + 0x2A5119F2);
    Vector cube = root * root * root;
    root *= (cube + 2.0f * x) / (2.0f * cube + x);
    root = (2.0f * root + x / (root * root)) * (1.0f / 3.0f);
    return vector_where(zero, (Vector){0}, root);
}

/* A colour in the metric; the fourth lane is 0. */
static inline Vector metric_of(const uint8_t *rgb)
{
    /* Oklab (Bjoern Ottosson, 2020): linear sRGB to cone responses, and their cube roots to L, a, b. */
    const Vector of_red = {0.4122214708f, 0.2119034982f, 0.0883024619f, 0};
    const Vector of_green = {0.5363325363f, 0.6806995451f, 0.2817188376f, 0};
    const Vector of_blue = {0.0514459929f, 0.1073969566f, 0.6299787005f, 0};
    /* Oklab undervalues chroma against CIEDE2000, so a and b are stretched by 1.5. */
    const Vector of_long = {0.2104542553f, 1.5f * 1.9779984951f, 1.5f * 0.0259040371f, 0};
    const Vector of_medium = {0.7936177850f, 1.5f * -2.4285922050f, 1.5f * 0.7827717662f, 0};
    const Vector of_short = {-0.0040720468f, 1.5f * 0.4505937099f, 1.5f * -0.8086757660f, 0};
    Vector cones = cube_roots(gifmill_light[rgb[0]] * of_red + gifmill_light[rgb[1]] * of_green
                              + gifmill_light[rgb[2]] * of_blue);
    return cones[0] * of_long + cones[1] * of_medium + cones[2] * of_short;
}

/* Convert sRGB bytes to the metric: three floats a colour, lightness 0 to 1 first. Only tests call it. */
void gifmill_to_metric(const uint8_t *rgb, int64_t count, float *out);

/* Convert points of the metric to the nearest sRGB bytes; colours outside sRGB are clipped. */
void gifmill_from_metric(const float *points, int64_t count, uint8_t *rgb);

#endif
