/* Neon: glowing lines over a darkened photo. */
#include "core.h"

enum { HUES = 256, UNIT = 256, MAX_LEVEL = 255, COLOURS = 3, WITH_ALPHA = 4 };

static inline uint32_t product(uint32_t one, uint32_t other)
{
    return (one * other + MAX_LEVEL / 2) / MAX_LEVEL;
}

/* Lay the light of neon lines over a photo of 3 or 4 channels. `hues`, `glow` and `core` have a byte for each pixel:
   its colour in `colours` after `turn` is added, the light in this colour, and the white light. `ground` (0 to 256) is
   how much of the photo's light remains, and `gain` likewise of the lines'. Lights add up as on a screen: they never
   overflow. Light beyond a photo's outline makes its surroundings as opaque as it is bright. */
EXPORT void gifmill_neon(const uint8_t *pixels, int32_t channels, int64_t count, const uint8_t *hues,
                         const uint8_t *glow, const uint8_t *core, const uint8_t *colours, int32_t turn, int32_t ground,
                         int32_t gain, uint8_t *out)
{
    for (int64_t at = 0; at < count; at++, pixels += channels, out += channels) {
        const uint8_t *colour = colours + COLOURS * ((hues[at] + (uint32_t)turn) % HUES);
        uint32_t tinted = glow[at] * (uint32_t)gain / UNIT, white = core[at] * (uint32_t)gain / UNIT;
        uint32_t alpha = channels == WITH_ALPHA ? pixels[3] : MAX_LEVEL, opaque = alpha, light[COLOURS];
        for (int channel = 0; channel < COLOURS; channel++) {
            uint32_t line = product(colour[channel], tinted);
            line = MAX_LEVEL - product(MAX_LEVEL - line, MAX_LEVEL - white);
            uint32_t photo = product(pixels[channel], alpha) * (uint32_t)ground / UNIT;
            light[channel] = MAX_LEVEL - product(MAX_LEVEL - photo, MAX_LEVEL - line);
            opaque = light[channel] > opaque ? light[channel] : opaque;
        }
        for (int channel = 0; channel < COLOURS; channel++)
            out[channel] = opaque ? (uint8_t)((light[channel] * MAX_LEVEL + opaque / 2) / opaque) : 0;
        if (channels == WITH_ALPHA)
            out[3] = (uint8_t)opaque;
    }
}
