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

/* Draw a colour as `interpolated` returns it over a pixel of the canvas. */
static inline void draw_colour(uint64_t colour, int32_t channels, uint8_t *pixel)
{
    uint32_t alpha = (uint32_t)(colour >> 56);
    uint8_t above[3];
    write_opaque(colour, above);
    if (alpha == 255) {
        memcpy(pixel, above, sizeof above);
        if (channels == 4)
            pixel[3] = 255;
    } else if (alpha && channels == 4) {
        draw_over(above, alpha, pixel);
    } else if (alpha) {
        for (int channel = 0; channel < 3; channel++)
            pixel[channel] = over(pixel[channel], above[channel], alpha);
    }
}

static inline void draw_pixels(Texture sprite, const Positions *at, int count, int32_t channels, uint8_t *out)
{
    for (int i = 0; i < count; i++, out += channels)
        if ((at->x[i] | at->y[i]) >= 0)
            draw_colour(interpolated(sprite, at->x[i], at->y[i]), channels, out);
}

/* Draw a sprite of `size` pixels into a box (left, top, right, bottom) of a canvas of 3 channels, or of 4 with straight
   alpha. The middle of the box's pixel (x, y) is at `first + x right + y down` in the sprite; `right` and `down` are
   `matrix`'s columns, and `first` its last one. */
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

/* The mean of samples of which `sum` has the four sums of bytes in 16 bits each, times the light in 256ths. */
static inline uint64_t mean_colour(uint64_t sum, uint32_t samples, uint32_t light)
{
    uint32_t alpha = (uint32_t)(sum >> 48) * 256 / samples + 128;
    uint64_t colour = (uint64_t)alpha << 48;
    for (int bits = 0; bits < 48; bits += 16) {
        uint32_t level = (uint32_t)(sum >> bits & 0xffff) * light / samples + 128;
        colour |= (uint64_t)(level < alpha ? level : alpha) << bits;
    }
    return colour;
}

/* Draw a bent sprite of `size` pixels on a canvas. Each pixel is the mean of `across` x `down` samples, at most
   `CHUNK`. Sample (x, y) is at `columns[0][x] * rows[0][y] + rows[1][y]` from the sprite's left edge, and at
   `rows[2][y] * columns[1][x] + columns[2][x]` from its upper one. `light` is in 256ths, at most 512. */
EXPORT void gifmill_draw_bent(const uint8_t *texels, const int32_t size[2], const float *columns, int32_t across,
                              const float *rows, int32_t down, int32_t light, uint8_t *canvas, int32_t canvas_width,
                              int32_t canvas_height, int32_t channels)
{
    Texture sprite = {texels, size[0], size[1], 4};
    float width = (float)size[0], height = (float)size[1];
    size_t all_columns = (size_t)canvas_width * (size_t)across, all_rows = (size_t)canvas_height * (size_t)down;
    Positions at;
    uint64_t sums[CHUNK];
    for (int32_t y = 0; y < canvas_height; y++)
        for (int32_t left = 0, count; left < canvas_width; left += count) {
            count = canvas_width - left < CHUNK / across ? canvas_width - left : CHUNK / across;
            memset(sums, 0, (size_t)count * sizeof *sums);
            const float *column = columns + (size_t)left * (size_t)across;
            const float *row = rows + (size_t)y * (size_t)down;
            for (int32_t part = 0; part < down; part++, row++) {
                float factor = row[0], shift = row[all_rows], low = row[2 * all_rows];
                for (int i = 0; i < count * across; i++) {
                    at.x[i] = steps_inside(column[i] * factor + shift, width);
                    at.y[i] = steps_inside(low * column[all_columns + i] + column[2 * all_columns + i], height);
                }
                for (int pixel = 0, i = 0; pixel < count; pixel++)
                    for (int32_t end = i + across; i < end; i++)
                        if ((at.x[i] | at.y[i]) >= 0)
                            sums[pixel] += interpolated(sprite, at.x[i], at.y[i]) >> 8 & 0x00ff00ff00ff00ff;
            }
            uint8_t *out = canvas + (size_t)channels * ((size_t)y * (size_t)canvas_width + (size_t)left);
            for (int pixel = 0; pixel < count; pixel++, out += channels)
                if (sums[pixel])
                    draw_colour(mean_colour(sums[pixel], (uint32_t)(across * down), (uint32_t)light), channels, out);
        }
}

/* Draw a texture over a picture of its size and of 3 channels, displaced as by `gifmill_displace`. */
EXPORT void gifmill_displace_over(const uint8_t *texels, int32_t width, int32_t height, const float *columns,
                                  const float *rows, const float *near, float right, float down, uint8_t *picture)
{
    Texture texture = {texels, width, height, 4};
    Positions at;
    for (int32_t y = 0; y < height; y++) {
        for (int32_t left = 0; left < width; left += CHUNK) {
            int count = width - left < CHUNK ? width - left : CHUNK;
            const float *moved = near + (size_t)y * (size_t)width + left;
            displace(&at, count, columns + left, width, rows + y, height, moved, right, down);
            for (int i = 0; i < count; i++) {
                at.x[i] = mirrored(at.x[i], width);
                at.y[i] = mirrored(at.y[i], height);
            }
            draw_pixels(texture, &at, count, 3, picture);
            picture += 3 * count;
        }
    }
}

/* Lay pixels over a plain canvas: each is mixed with its colour by a mask. */
EXPORT void gifmill_mask(uint8_t *pixels, const uint8_t *mask, int64_t count, const uint8_t colour[3])
{
    for (int64_t at = 0; at < count; at++, pixels += 3)
        if (mask[at] < 255)
            for (int channel = 0; channel < 3; channel++)
                pixels[channel] =
                    (uint8_t)((colour[channel] * (255 - mask[at]) + pixels[channel] * mask[at] + 127) / 255);
}
