/* GIF's variant of LZW compression.

   Source: GIF89a specification, section 22 and appendix F. */
#include "core.h"

#include <stdbool.h>
#include <string.h>

enum {
    MAX_CODES = 4096,
    MAX_CODE_BITS = 12,
    SLOT_BITS = 13, /* twice as many slots as codes, so that a search ends soon */
    SLOTS = 1 << SLOT_BITS,
    MAX_BLOCK_BYTES = 255,
};

enum {
    BUFFER_TOO_SMALL = -1,
    INDEX_TOO_LARGE = -3,
};

/* The code of each string that was seen since the last clear code: a hash table with linear probing. */
typedef struct {
    uint32_t slots[SLOTS]; /* prefix (12 bits), index (8 bits), code (12 bits); 0 is empty: no string has code 0 */
    int32_t next_code;
    int32_t code_bits;
} Dictionary;

/* Bits, lowest first, in sub-blocks that begin with their length. */
typedef struct {
    uint8_t *out;
    int64_t capacity;
    int64_t length;      /* bytes in `out`, length bytes included */
    int64_t block_start; /* where the open sub-block's length byte is */
    uint32_t bits;
    int32_t bit_count;
    bool overflow;
} Writer;

static void write_byte(Writer *writer, uint8_t byte)
{
    const bool block_is_full = writer->length - writer->block_start > MAX_BLOCK_BYTES;
    if (writer->overflow || writer->length + block_is_full >= writer->capacity) {
        writer->overflow = true;
        return;
    }
    if (block_is_full) {
        writer->out[writer->block_start] = MAX_BLOCK_BYTES;
        writer->block_start = writer->length++;
    }
    writer->out[writer->length++] = byte;
}

static void write_code(Writer *writer, int32_t code, int32_t code_bits)
{
    writer->bits |= (uint32_t)code << writer->bit_count;
    writer->bit_count += code_bits;
    while (writer->bit_count >= 8) {
        write_byte(writer, (uint8_t)writer->bits);
        writer->bits >>= 8;
        writer->bit_count -= 8;
    }
}

static void clear(Dictionary *dictionary, int32_t code_size)
{
    memset(dictionary->slots, 0, sizeof dictionary->slots);
    dictionary->next_code = (1 << code_size) + 2;
    dictionary->code_bits = code_size + 1;
}

/* Count a new code. A decoder defines it one code later, so codes become wider one code after the table is full. */
static void define_code(Dictionary *dictionary)
{
    if (dictionary->next_code++ == 1 << dictionary->code_bits && dictionary->code_bits < MAX_CODE_BITS)
        dictionary->code_bits++;
}

/* The slot of a string, or the empty slot that it would have. */
static uint32_t *find_slot(Dictionary *dictionary, uint32_t key)
{
    uint32_t at = key * 2654435761u >> (32 - SLOT_BITS); /* Knuth's multiplicative hash */
    while (dictionary->slots[at] != 0 && dictionary->slots[at] >> MAX_CODE_BITS != key)
        at = (at + 1) & (SLOTS - 1);
    return &dictionary->slots[at];
}

/* Compress indices into sub-blocks of at most 255 bytes, without the closing empty sub-block.

   indices: `count` bytes, each less than 1 << code_size.
   code_size: 2 to 8.
   out: `capacity` bytes; 2 * count + 16 always suffice, because a code has 12 bits at most.

   Returns the number of bytes written, BUFFER_TOO_SMALL or INDEX_TOO_LARGE. */
EXPORT int64_t gifmill_lzw(const uint8_t *indices, int64_t count, int32_t code_size, uint8_t *out, int64_t capacity)
{
    const int32_t clear_code = 1 << code_size;
    const int32_t end_code = clear_code + 1;
    if (capacity < 2)
        return BUFFER_TOO_SMALL;
    Dictionary dictionary;
    Writer writer = {.out = out, .capacity = capacity, .length = 1};
    clear(&dictionary, code_size);
    write_code(&writer, clear_code, dictionary.code_bits);

    int32_t string = -1;
    for (int64_t i = 0; i < count; i++) {
        const int32_t index = indices[i];
        if (index >= clear_code)
            return INDEX_TOO_LARGE;
        if (string < 0) {
            string = index;
            continue;
        }
        const uint32_t key = (uint32_t)string << 8 | (uint32_t)index;
        uint32_t *slot = find_slot(&dictionary, key);
        if (*slot != 0) {
            string = (int32_t)(*slot & (MAX_CODES - 1));
            continue;
        }
        write_code(&writer, string, dictionary.code_bits);
        *slot = key << MAX_CODE_BITS | (uint32_t)dictionary.next_code;
        define_code(&dictionary);
        if (dictionary.next_code == MAX_CODES) {
            write_code(&writer, clear_code, dictionary.code_bits);
            clear(&dictionary, code_size);
        }
        string = index;
    }
    if (string >= 0) {
        write_code(&writer, string, dictionary.code_bits);
        define_code(&dictionary); /* a decoder defines a code here too: the end code may be wider */
    }
    write_code(&writer, end_code, dictionary.code_bits);
    if (writer.bit_count > 0)
        write_byte(&writer, (uint8_t)writer.bits);
    writer.out[writer.block_start] = (uint8_t)(writer.length - writer.block_start - 1);
    return writer.overflow ? BUFFER_TOO_SMALL : writer.length;
}
