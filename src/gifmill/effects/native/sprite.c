/* Sprites: textures with an alpha channel, drawn over a canvas. */
#include "texture.h"

/* A colour that is premultiplied by `alpha`, over an opaque one. */
static inline uint8_t over(uint32_t below, uint32_t above, uint32_t alpha)
{
    uint32_t sum = above + (below * (255 - alpha) + 127) / 255;
    return sum < 255 ? (uint8_t)sum : 255;
}

/* A premultiplied colour over a pixel with straight alpha. */
static inline void draw_over(const uint8_t above[3], uint32_t alpha, uint8_t *pixel)
{
    uint32_t left = pixel[3] * (255 - alpha), sum = alpha * 255 + left;
    for (int channel = 0; channel < 3; channel++) {
        uint32_t value = (above[channel] * 65025u + pixel[channel] * left + sum / 2) / sum;
        pixel[channel] = value < 255 ? (uint8_t)value : 255;
    }
    pixel[3] = (uint8_t)((sum + 127) / 255);
}

/* The steps of a position in a sprite of `side` pixels, or -1 outside. */
static inline int32_t steps_inside(float pixels, float side)
{
    return pixels >= 0 && pixels <= side ? (int32_t)(pixels * STEPS_PER_PIXEL + 0.5f) : -1;
}

static inline void draw_pixels(Texture sprite, const Positions *at, int count, int32_t channels, uint8_t *out)
{
    for (int i = 0; i < count; i++, out += channels) {
        if ((at->x[i] | at->y[i]) < 0)
            continue;
        uint64_t colour = interpolated(sprite, at->x[i], at->y[i]);
        uint32_t alpha = (uint32_t)(colour >> 56);
        uint8_t above[3];
        write_opaque(colour, above);
        if (alpha == 255) {
            memcpy(out, above, sizeof above);
            if (channels == 4)
                out[3] = 255;
        } else if (alpha && channels == 4) {
            draw_over(above, alpha, out);
        } else if (alpha) {
            for (int channel = 0; channel < 3; channel++)
                out[channel] = over(out[channel], above[channel], alpha);
        }
    }
}

/* Draw a sprite of `size` pixels into a box (left, top, right, bottom) of a canvas of 3 channels, or of 4 with straight
   alpha. The middle of the box's pixel
   (x, y) is at `first + x right + y down` in the sprite; `right` and `down` are `matrix`'s columns, and `first` its
   last one. */
EXPORT void gifmill_draw_sprite(const uint8_t *texels, const int32_t size[2], const float matrix[6], uint8_t *canvas,
                                int32_t canvas_width, int32_t channels, const int32_t box[4])
{
    Texture sprite = {texels, size[0], size[1], 4};
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
            uint8_t *out = canvas + (size_t)channels * ((size_t)y * (size_t)canvas_width + (size_t)left);
            if (channels == 4)
                draw_pixels(sprite, &at, count, 4, out);
            else
                draw_pixels(sprite, &at, count, 3, out);
        }
    }
}

/* Lay pixels over a plain canvas: each is mixed with its colour by a mask. */
EXPORT void gifmill_mask(uint8_t *pixels, const uint8_t *mask, int64_t count, const uint8_t colour[3])
{
    for (int64_t at = 0; at < count; at++, pixels += 3)
        if (mask[at] < 255)
            for (int channel = 0; channel < 3; channel++)
                pixels[channel] = (uint8_t)((colour[channel] * (255 - mask[at]) + pixels[channel] * mask[at] + 127) / 255);
}
