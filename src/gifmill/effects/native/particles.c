/* Particles: small shapes with antialiased edges, drawn over a canvas; and a picture laid over a canvas. */
#include "core.h"

#include <math.h>
#include <string.h>

enum {
    FIELDS = 15, /* of a particle: see `Particle` */
    OPAQUE = 255,
};

/* A particle as a row of numbers.

   The shape is around the middle of a unit square: a point (x, y) from its centre on the canvas is at
   (u, v) = (matrix[0] x + matrix[1] y, matrix[2] x + matrix[3] y), from -1 to 1. */
typedef struct {
    float shape, x, y, matrix[4], half_width, half_height, softness, colour[3], opacity, pixels_per_unit;
} Particle;

enum Shape { RECTANGLE, DISC, HEART, FLAKE, STAR, PUFF, STREAK };

static inline float limited(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

static inline float length(float x, float y)
{
    return sqrtf(x * x + y * y);
}

/* The part of a pixel's width, `wide` around `at`, that is from -1 to 1. */
static inline float overlap(float at, float wide)
{
    float low = limited(at - wide / 2, -1, 1), high = limited(at + wide / 2, -1, 1);
    return (high - low) / wide;
}

/* The distance from a heart whose tip is at (0, 0.9) and whose lobes end at (±0.92, -0.55) and at y = -0.8.
   Source: Inigo Quilez, "2D distance functions", sdHeart. */
static float heart_distance(float u, float v)
{
    const float size = 1.53f;
    float x = fabsf(u) / size, y = (0.9f - v) / size;
    if (x + y > 1)
        return (length(x - 0.25f, y - 0.75f) - 0.35355339f) * size;
    float along = (x + y > 0 ? x + y : 0) / 2, to_top = length(x, y - 1), to_side = length(x - along, y - along);
    float distance = to_top < to_side ? to_top : to_side;
    return (x < y ? -distance : distance) * size;
}

/* The distance of a point from a segment that starts at (x, 0) in the direction (right, down), of length `end`. */
static float segment_distance(float u, float v, float x, float right, float down, float end)
{
    float along = limited((u - x) * right + v * down, 0, end);
    return length(u - x - along * right, v - along * down);
}

/* The distance from the lines of a snowflake with six arms, each with two pairs of branches. */
static float flake_distance(float u, float v)
{
    const float sine = 0.8660254f, thickness = 0.075f;
    u = fabsf(u);
    v = fabsf(v);
    float beyond = sine * u - 0.5f * v; /* from the line at 60° */
    if (beyond < 0) {
        u -= 2 * sine * beyond;
        v += beyond;
    }
    if (v > u * 0.57735027f) { /* from the line at 30° */
        float turned = 0.5f * u + sine * v;
        v = fabsf(sine * u - 0.5f * v);
        u = turned;
    }
    v = fabsf(v);
    float arm = segment_distance(u, v, 0, 1, 0, 0.92f);
    float inner = segment_distance(u, v, 0.38f, 0.5f, sine, 0.26f);
    float outer = segment_distance(u, v, 0.64f, 0.5f, sine, 0.2f);
    float branch = inner < outer ? inner : outer;
    return (arm < branch ? arm : branch) - thickness;
}

/* A star of four rays with a halo. */
static float star_light(float u, float v)
{
    float square = u * u + v * v, halo = square < 1 ? 1 - square : 0;
    float rays = 2.4f * (1 - sqrtf(fabsf(u)) - sqrtf(fabsf(v)));
    return limited((rays > 0 ? rays : 0) + 0.3f * halo * halo * halo * halo, 0, 1);
}

/* The part of a pixel that a particle covers: 0 to 1. */
static float coverage(const Particle *particle, float x, float y)
{
    const float *matrix = particle->matrix;
    float u = matrix[0] * x + matrix[1] * y, v = matrix[2] * x + matrix[3] * y, spread = 1 + particle->softness;
    float distance;
    switch ((enum Shape)particle->shape) {
    case RECTANGLE:
        return overlap(u, spread * length(matrix[0], matrix[1])) * overlap(v, spread * length(matrix[2], matrix[3]));
    case STREAK:
        return overlap(u, spread * length(matrix[0], matrix[1])) * overlap(v, spread * length(matrix[2], matrix[3])) *
               limited(1 - v * v, 0, 1);
    case STAR:
        return star_light(u, v);
    case PUFF:
        distance = limited(1 - u * u - v * v, 0, 1);
        return distance * distance;
    case HEART:
        distance = heart_distance(u, v) * particle->pixels_per_unit;
        break;
    case FLAKE:
        distance = flake_distance(u, v) * particle->pixels_per_unit;
        break;
    case DISC:
    default: {
        float radius = length(u, v), across = matrix[0] * u + matrix[2] * v, down = matrix[1] * u + matrix[3] * v;
        distance = radius > 1e-6f ? (radius - 1) * radius / length(across, down) : -particle->pixels_per_unit;
    }
    }
    return limited(0.5f - distance / spread, 0, 1);
}

/* Lay a colour over a pixel of 3 channels, or of 4 with straight alpha. */
static inline void lay(uint8_t *pixel, int32_t channels, const float colour[3], float alpha)
{
    float below = channels == 4 ? (float)pixel[3] / OPAQUE : 1, sum = alpha + below * (1 - alpha);
    float share = sum > 0 ? alpha / sum : 0;
    for (int channel = 0; channel < 3; channel++) {
        float own = (float)pixel[channel];
        pixel[channel] = (uint8_t)(own + share * (colour[channel] - own) + 0.5f);
    }
    if (channels == 4)
        pixel[3] = (uint8_t)(sum * OPAQUE + 0.5f);
}

/* Draw particles, each over the ones before it. Their colours are from 0 to 255, and their opacities from 0 to 1. */
EXPORT void gifmill_draw_particles(const float *rows, int32_t count, uint8_t *canvas, int32_t width, int32_t height,
                                   int32_t channels)
{
    for (int32_t at = 0; at < count; at++, rows += FIELDS) {
        Particle particle = {
            .shape = rows[0], .x = rows[1], .y = rows[2], .matrix = {rows[3], rows[4], rows[5], rows[6]},
            .half_width = rows[7], .half_height = rows[8], .softness = rows[9],
            .colour = {rows[10], rows[11], rows[12]}, .opacity = rows[13], .pixels_per_unit = rows[14],
        };
        int32_t left = (int32_t)limited(floorf(particle.x - particle.half_width), 0, (float)width);
        int32_t right = (int32_t)limited(ceilf(particle.x + particle.half_width), 0, (float)width);
        int32_t top = (int32_t)limited(floorf(particle.y - particle.half_height), 0, (float)height);
        int32_t bottom = (int32_t)limited(ceilf(particle.y + particle.half_height), 0, (float)height);
        for (int32_t y = top; y < bottom; y++)
            for (int32_t x = left; x < right; x++) {
                float part = coverage(&particle, (float)x + 0.5f - particle.x, (float)y + 0.5f - particle.y);
                if (part > 0)
                    lay(canvas + channels * ((size_t)y * (size_t)width + (size_t)x), channels, particle.colour,
                        part * particle.opacity);
            }
    }
}

/* Lay a picture over a canvas: both have `channels`; the opacity of each of the picture's pixels is in a mask. */
EXPORT void gifmill_lay_over(const uint8_t *picture, const uint8_t *mask, int64_t count, int32_t channels,
                             uint8_t *canvas)
{
    for (int64_t at = 0; at < count; at++, picture += channels, canvas += channels) {
        if (mask[at] == OPAQUE) {
            memcpy(canvas, picture, 3);
            if (channels == 4)
                canvas[3] = OPAQUE;
        } else if (mask[at]) {
            float colour[3] = {picture[0], picture[1], picture[2]};
            lay(canvas, channels, colour, (float)mask[at] / OPAQUE);
        }
    }
}
