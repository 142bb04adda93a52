/* Rotation of hues: the colours of a table's nodes, and the mapping of pixels through the table. */
#include "core.h"

#include <math.h>
#include <string.h>

enum {
    NODES = 17,       /* along each axis */
    INTERVAL = 16,    /* steps between two nodes; an axis has 256 */
    KEY = 1 << 16,    /* factor of the upper bits of a number that has two parts, so that sorting one sorts both */
    ENCODINGS = 1024, /* intervals of the table of encoded square roots */
};

static inline float dot(const float *row, float x, float y, float z)
{
    return row[0] * x + row[1] * y + row[2] * z;
}

/* sRGB of linear light. `encoded` has it for the squares of 0 to 1 in equal steps: it is nearly straight between
   them. */
static inline float encode(float light, const float *encoded)
{
    float place = sqrtf(light > 0 ? light < 1 ? light : 1 : 0) * ENCODINGS;
    int32_t at = (int32_t)place;
    at = at < ENCODINGS ? at : ENCODINGS - 1;
    return encoded[at] + (encoded[at + 1] - encoded[at]) * (place - (float)at);
}

/* Set the luminance of a linear colour, and reduce its chroma so that it fits sRGB. Luminance is linear: adding to a
   grey what a colour has in excess of its own grey does not change it. */
static inline void set_luminance(float linear[3], const float *luminance, float grey)
{
    float own = dot(luminance, linear[0], linear[1], linear[2]), share = 1;
    for (int channel = 0; channel < 3; channel++) {
        float tint = linear[channel] - own, size = fabsf(tint);
        float room = (tint > 0 ? 1 - grey : grey) / (size > 1e-9f ? size : 1e-9f);
        share = room < share ? room : share;
    }
    for (int channel = 0; channel < 3; channel++)
        linear[channel] = grey + (linear[channel] - own) * share;
}

/* Rotate the hues of colours, to sRGB from 0 to 1.

   `colours` has six rows of `count` numbers: Oklab's L, a and b, a and b of the colours that rotate, and luminance.
   Each colour's a and b become a mixture of their own and of the rotated ones. `matrices` are those from Oklab to the
   cubic roots of cone responses, and from these responses to linear sRGB; its last row has the weights of luminance. */
EXPORT void gifmill_rotate_hues(const float *colours, int32_t count, float sine, float cosine, float share,
                                const float matrices[21], const float *encoded, float *srgb)
{
    const float *light = colours, *own = light + count, *vivid = own + 2 * (size_t)count,
                *luminance = vivid + 2 * (size_t)count;
    for (int32_t at = 0; at < count; at++, srgb += 3) {
        float a = own[at], b = own[count + at], va = vivid[at], vb = vivid[count + at], cubes[3], linear[3];
        a += share * (va * cosine - vb * sine - a);
        b += share * (va * sine + vb * cosine - b);
        for (int cone = 0; cone < 3; cone++) {
            float root = dot(matrices + 3 * cone, light[at], a, b);
            cubes[cone] = root * root * root;
        }
        for (int channel = 0; channel < 3; channel++)
            linear[channel] = dot(matrices + 9 + 3 * channel, cubes[0], cubes[1], cubes[2]);
        set_luminance(linear, matrices + 18, luminance[at]);
        for (int channel = 0; channel < 3; channel++)
            srgb[channel] = encode(linear[channel], encoded);
    }
}

/* A node's four numbers of 16 bits in one of 64. */
static inline uint64_t node_colour(const uint16_t *nodes, uint32_t at)
{
    uint64_t colour;
    memcpy(&colour, nodes + 4 * (size_t)at, sizeof colour);
    return colour;
}

/* The node before a level, times `stride`, and in the upper bits the steps from there to the level: at most `INTERVAL`,
   of the last one only. Level 255 is on the last node, so the upper half of the levels is one step further. */
static inline uint32_t place_on_axis(uint32_t level, uint32_t stride, uint32_t *node)
{
    uint32_t before = level / INTERVAL;
    *node += before * stride;
    return (level + level / 128 - before * INTERVAL) * KEY + stride;
}

/* Map pixels through a table of 17 x 17 x 17 colours, red fastest, each of four numbers: 16 times the levels of red,
   green and blue, and one that is ignored. All sums fit 16 bits.

   A pixel is interpolated between the four nodes of its tetrahedron: on the way from its cell's darkest node to the
   lightest, the axis with the largest fraction comes first. Its weights are exact.
   Source: J. M. Kasson and others, "Performing color space conversions with three-dimensional linear interpolation",
   Journal of Electronic Imaging 4(3), 1995. */
EXPORT void gifmill_map_colours(const uint8_t *pixels, int64_t count, const uint16_t *nodes, uint8_t *out)
{
    enum { RED = 1, GREEN = NODES, BLUE = NODES * NODES };
    for (int64_t at = 0; at < count; at++, pixels += 3, out += 3) {
        uint32_t node = 0;
        uint32_t x = place_on_axis(pixels[0], RED, &node), y = place_on_axis(pixels[1], GREEN, &node),
                 z = place_on_axis(pixels[2], BLUE, &node);
        uint32_t low = x < y ? x : y, high = x < y ? y : x;
        uint32_t first = high > z ? high : z, last = low < z ? low : z, middle = x + y + z - first - last;
        uint64_t sum = node_colour(nodes, node) * (INTERVAL - first / KEY);
        sum += node_colour(nodes, node + first % KEY) * (first / KEY - middle / KEY);
        sum += node_colour(nodes, node + first % KEY + middle % KEY) * (middle / KEY - last / KEY);
        sum += node_colour(nodes, node + RED + GREEN + BLUE) * (last / KEY);
        sum += 0x0000008000800080;
        out[0] = (uint8_t)(sum >> 8);
        out[1] = (uint8_t)(sum >> 24);
        out[2] = (uint8_t)(sum >> 40);
    }
}
