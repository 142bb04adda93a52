/* A frame without error diffusion and tolerance: each pixel has its nearest entry, and LZW follows. */
#include "frame.h"
#include "lzw_codes.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS (1 << 13)

/* The dictionary by strings: a slot has the code of all but the last pixel, the symbol of that, and the code. */
typedef struct {
    uint32_t slots[SLOTS]; /* 0: free */
} Strings;

/* Return the slot of a string, or the free one where it belongs. */
static inline uint32_t *slot_of(Strings *strings, int code, int symbol)
{
    uint32_t key = (uint32_t)code << 8 | (uint32_t)symbol, at = key * 2654435761u >> 19;
    while (strings->slots[at] && strings->slots[at] >> 12 != key)
        at = (at + 1) % SLOTS;
    return strings->slots + at;
}

/* Return the symbol of an unchanged pixel: transparent, or the same entry if only that continues the string. */
static inline int unchanged_symbol(const Frame *frame, size_t at, Strings *strings, int code)
{
    if (frame->clear < 0)
        return frame->indices[at];
    if (!frame->indices || code < 0 || *slot_of(strings, code, frame->clear))
        return frame->clear;
    return *slot_of(strings, code, frame->indices[at]) ? frame->indices[at] : frame->clear;
}

int64_t gifmill_encode_nearest(Search *search, const Frame *frame, uint8_t *out)
{
    Strings *strings = calloc(1, sizeof *strings);
    if (!strings)
        return -1;
    Codes codes = begin_codes(out, frame->code_size);
    int code = -1; /* of the string so far; -1 before the first pixel */
    for (int y = frame->top; y < frame->bottom; y++) {
        size_t at = (size_t)y * (size_t)frame->width + (size_t)frame->left;
        for (int x = frame->left; x < frame->right; x++, at++) {
            const uint8_t *level = frame->pixels + 3 * at;
            int symbol;
            if (!is_visible(frame, at)) {
                symbol = frame->clear;
            } else if (is_unchanged(frame, at)) {
                symbol = unchanged_symbol(frame, at, strings, code);
            } else {
                symbol = nearest_entry(search, level[0], level[1], level[2]);
                show_entry(frame, search, at, symbol);
            }
            if (code >= 0) {
                uint32_t *slot = slot_of(strings, code, symbol);
                if (*slot) {
                    code = *slot & 0xFFF;
                    continue;
                }
                put_code(&codes, code);
                if (dictionary_is_full(&codes)) {
                    put_clear_code(&codes);
                    memset(strings, 0, sizeof *strings);
                } else {
                    uint32_t key = (uint32_t)code << 8 | (uint32_t)symbol;
                    *slot = key << 12 | (uint32_t)number_string(&codes);
                }
            }
            code = symbol;
        }
    }
    put_code(&codes, code);
    free(strings);
    return end_codes(&codes) - out;
}
