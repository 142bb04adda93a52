/* Sprites: textures with an alpha channel, drawn over a canvas. */
#include "texture.h"

static inline uint8_t blended(uint32_t below, uint32_t above, uint32_t alpha)
{
    uint32_t sum = below * (255 - alpha) + above * alpha + 127;
    return (uint8_t)(sum / 255);
}

/* The steps of a position in a sprite of `side` pixels, or -1 outside. */
static inline int32_t steps_inside(float pixels, float side)
{
    return pixels >= 0 && pixels <= side ? (int32_t)(pixels * STEPS_PER_PIXEL + 0.5f) : -1;
}

static void draw_pixels(Texture sprite, const Positions *at, int count, uint8_t *out)
{
    for (int i = 0; i < count; i++, out += 3) {
        if ((at->x[i] | at->y[i]) < 0)
            continue;
        uint64_t colour = interpolated(sprite, at->x[i], at->y[i]);
        uint32_t alpha = (uint32_t)(colour >> 56);
        if (alpha == 255) {
            write_colour(colour, out);
        } else if (alpha) {
            uint8_t above[3];
            write_colour(colour, above);
            for (int channel = 0; channel < 3; channel++)
                out[channel] = blended(out[channel], above[channel], alpha);
        }
    }
}

/* Draw a sprite of `size` pixels into a box (left, top, right, bottom) of a canvas. The middle of the box's pixel
   (x, y) is at `first + x right + y down` in the sprite; `right` and `down` are `matrix`'s columns, and `first` its
   last one. */
EXPORT void gifmill_draw_sprite(const uint8_t *texels, const int32_t size[2], const float matrix[6], uint8_t *canvas,
                                int32_t canvas_width, const int32_t box[4])
{
    Texture sprite = {texels, size[0], size[1]};
    float width = (float)size[0], height = (float)size[1];
    Positions at;
    for (int32_t y = box[1]; y < box[3]; y++) {
        float down = (float)(y - box[1]);
        float first_x = matrix[2] + matrix[1] * down, first_y = matrix[5] + matrix[4] * down;
        for (int32_t left = box[0]; left < box[2]; left += CHUNK) {
            int count = box[2] - left < CHUNK ? box[2] - left : CHUNK;
            for (int i = 0; i < count; i++) {
                float right = (float)(left - box[0] + i);
                at.x[i] = steps_inside(first_x + matrix[0] * right, width);
                at.y[i] = steps_inside(first_y + matrix[3] * right, height);
            }
            draw_pixels(sprite, &at, count, canvas + 3 * ((size_t)y * (size_t)canvas_width + (size_t)left));
        }
    }
}

/* Lay pixels over a plain canvas: each is mixed with its colour by a mask. */
EXPORT void gifmill_mask(uint8_t *pixels, const uint8_t *mask, int64_t count, const uint8_t colour[3])
{
    for (int64_t at = 0; at < count; at++, pixels += 3)
        if (mask[at] < 255)
            for (int channel = 0; channel < 3; channel++)
                pixels[channel] = blended(colour[channel], pixels[channel], mask[at]);
}
