/* LZW codes of a GIF: their numbers and widths, and their bytes in sub-blocks of at most 255.
   Source: GIF89a specification, section 22 and appendix F. */
#ifndef GIFMILL_LZW_CODES_H
#define GIFMILL_LZW_CODES_H

#include "core.h"

#define MAX_CODES 4096

typedef struct {
    uint8_t *next, *block; /* block: the length byte of the sub-block */
    uint64_t bits;
    int count, length;     /* bits that wait for a whole byte; bytes in the sub-block */
    int clear_code;        /* the code that empties the decoder's dictionary; the end code follows it */
    int new_code, width;   /* number of the dictionary's next string; bits of a code */
} Codes;

static inline void put_byte(Codes *codes, uint8_t byte)
{
    *codes->next++ = byte;
    if (++codes->length == 255) {
        *codes->block = 255;
        codes->block = codes->next++;
        codes->length = 0;
    }
}

static inline void put_code(Codes *codes, int code)
{
    codes->bits |= (uint64_t)code << codes->count;
    for (codes->count += codes->width; codes->count >= 8; codes->count -= 8, codes->bits >>= 8)
        put_byte(codes, (uint8_t)codes->bits);
}

static inline int dictionary_is_full(const Codes *codes)
{
    return codes->new_code == MAX_CODES;
}

/* Number a new string of the dictionary, which has room. */
static inline int number_string(Codes *codes)
{
    if (codes->new_code == 1 << codes->width)
        codes->width++;
    return codes->new_code++;
}

/* Empty the decoder's dictionary. The caller empties its own. */
static inline void put_clear_code(Codes *codes)
{
    put_code(codes, codes->clear_code);
    codes->new_code = codes->clear_code + 2;
    codes->width = 1;
    while (1 << codes->width <= codes->clear_code)
        codes->width++;
}

static inline Codes begin_codes(uint8_t *out, int code_size)
{
    Codes codes = {.next = out + 1, .block = out, .clear_code = 1 << code_size, .width = code_size + 1};
    put_clear_code(&codes);
    return codes;
}

/* Write the end code; return the end of the code. */
static inline uint8_t *end_codes(Codes *codes)
{
    if (!dictionary_is_full(codes))
        number_string(codes); /* the decoder adds a string for the last code, too */
    put_code(codes, codes->clear_code + 1);
    if (codes->count > 0)
        put_byte(codes, (uint8_t)codes->bits);
    if (codes->length == 0)
        return codes->block;
    *codes->block = (uint8_t)codes->length;
    return codes->next;
}

#endif
