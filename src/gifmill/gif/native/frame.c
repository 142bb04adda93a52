/* One frame of a GIF: error diffusion and LZW compression in one pass.

   The string that LZW writes next is searched while the error is diffused: a beam of paths through the
   dictionary, of which each takes entries that are at most `tolerance` farther from the pixel than its nearest
   entry. So a code covers more pixels, and the error of a worse entry goes to the neighbours as any other. */
#include "nearest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CODES 4096
#define MAX_BEAM 16
#define MAX_LENGTH 4096 /* pixels of a string: no dictionary is deeper */
#define NONE 0 /* no code of a string: that of a single pixel */
#define UNIT_BITS 6     /* diffused errors are in 1/64 of a level */

typedef struct {
    int32_t width, height;           /* canvas */
    int32_t left, top, right, bottom; /* window that is written */
    const uint8_t *pixels;           /* true colours, height x width x 3 */
    const uint8_t *before;           /* those of the previous frame, or NULL */
    uint8_t *shown;                  /* what the decoder shows, before and after this frame */
    uint8_t *indices;                /* entries of the shown colours, or NULL: the palette is another one */
    int32_t clear;                   /* transparent index, or -1 */
    int32_t code_size;               /* bits of a palette index, 2 to 8 */
    int32_t beam;                    /* paths that are followed, 1 to 16 */
    int32_t half, quarter;           /* shares of the error to the right, and to each of two pixels below, in 1/64 */
    float tolerance;                 /* additional squared distance of a pixel, at medium activity */
    float code_cost;                 /* squared distance that a code is worth */
} Frame;

/* ---- The dictionary, as a tree of strings: a node is a code, its children add one pixel. ---- */

typedef struct {
    uint16_t child[MAX_CODES];
    uint32_t link[MAX_CODES]; /* the next child of the same node, and the symbol in the last eight bits */
    int next, bits;
} Dictionary;

static void clear_dictionary(Dictionary *dictionary, int code_size)
{
    memset(dictionary->child, 0, sizeof dictionary->child);
    dictionary->next = (1 << code_size) + 2;
    dictionary->bits = code_size + 1;
}

static void add_string(Dictionary *dictionary, int node, int symbol)
{
    int code = dictionary->next;
    dictionary->link[code] = (uint32_t)dictionary->child[node] << 8 | (uint32_t)symbol;
    dictionary->child[node] = (uint16_t)code;
    if (code == 1 << dictionary->bits)
        dictionary->bits++;
    dictionary->next++;
}

/* ---- Codes in sub-blocks of at most 255 bytes. ---- */

typedef struct {
    uint8_t *next, *block; /* block: the length byte of the sub-block */
    uint64_t bits;
    int count, length;
} Writer;

static void put_byte(Writer *out, uint8_t byte)
{
    *out->next++ = byte;
    if (++out->length == 255) {
        *out->block = 255;
        out->block = out->next++;
        out->length = 0;
    }
}

static void put_code(Writer *out, int code, int bits)
{
    out->bits |= (uint64_t)code << out->count;
    for (out->count += bits; out->count >= 8; out->count -= 8, out->bits >>= 8)
        put_byte(out, (uint8_t)out->bits);
}

static uint8_t *finish(Writer *out)
{
    if (out->count > 0)
        put_byte(out, (uint8_t)out->bits);
    if (out->length == 0)
        return out->block;
    *out->block = (uint8_t)out->length;
    return out->next;
}

/* ---- The search for the next string. ---- */

typedef struct {
    Levels error; /* pixel minus chosen colour */
    float cost;
    uint16_t node;
    uint8_t symbol, parent; /* parent: its place in the beam one pixel earlier */
} Step;

typedef struct {
    float allowed; /* additional squared distance; negative: unchanged since the previous frame */
    float scale;   /* from additional squared distance to cost */
} Pixel;

typedef struct {
    const Frame *frame;
    Search *search;
    int width;           /* of the window */
    const Pixel *pixels, *end; /* of the window */
    Levels *above, *row; /* errors of the row above and of this one, and a zero at the end */
    Levels *none;        /* zeros: a row below the next one */
    Levels half, quarter; /* shares of the error, in all lanes */
    Step *beams;         /* by depth, `frame->beam` steps each, ordered by cost */
    Dictionary dictionary;
} State;

/* A pixel with the errors of its path: what it should become. */
typedef struct {
    Levels level;
    Vector at;
    int nearest;
    float least, limit; /* squared distances: of the nearest entry, and the largest allowed */
} Target;

static inline Target target_of(const State *state, const uint8_t *level, Levels carried, const Levels *above,
                               float allowed)
{
    Search *search = state->search;
    const Levels rounding = {1 << (UNIT_BITS - 1), 1 << (UNIT_BITS - 1), 1 << (UNIT_BITS - 1), 0};
    Levels error = ((above[0] + above[1]) * state->quarter + carried * state->half + rounding) >> UNIT_BITS;
    const uint8_t *clamped = search->clamped + 256;
    int r = clamped[level[0] + error[0]], g = clamped[level[1] + error[1]], b = clamped[level[2] + error[2]];
    Target target = {.level = {(int16_t)r, (int16_t)g, (int16_t)b, 0}, .nearest = nearest_entry(search, r, g, b)};
    if (!allowed) /* only the nearest entry will do: nothing is to be measured */
        return target;
    target.at = linear_of(search, r, g, b);
    target.least = distance(target.at, search->linear[target.nearest]);
    target.limit = target.least + allowed;
    return target;
}

static inline Levels levels_of(const uint8_t *rgb)
{
    return (Levels){rgb[0], rgb[1], rgb[2], 0};
}

/* Candidates for the next pixel are numbers, so that the best ones are found without a branch: the bits of the
   cost, which is positive, then the path, the code and the symbol. */
typedef uint64_t Candidate;

#define IMPOSSIBLE UINT64_MAX

static inline Candidate candidate(float cost, int possible, int parent, int code, int symbol)
{
    union {
        float value;
        uint32_t bits;
    } ordered = {cost};
    Candidate place = (Candidate)parent << 24 | (Candidate)code << 8 | (Candidate)symbol;
    Candidate found = (Candidate)ordered.bits << 32 | place;
    return found | ((Candidate)possible - 1);
}

/* Insert a candidate into the best ones, in order. */
static inline void insert(Candidate *best, int most, Candidate found)
{
    for (int i = 0; i < most; i++) {
        Candidate lower = found < best[i] ? found : best[i], higher = found < best[i] ? best[i] : found;
        best[i] = lower;
        found = higher;
    }
}

static inline float more_than(float least, float far)
{
    float more = far - least;
    return 0.5f * (more + fabsf(more)); /* without a branch */
}

/* Write the first pixel of a string to the beam, for which every symbol is a code; return the beam's size. */
static inline int start_string(const State *state, size_t at, Levels carried, const Levels *above, const Pixel *pixel,
                               Step *beam, int most)
{
    const Frame *frame = state->frame;
    const Search *search = state->search;
    int size = 0;
    if (pixel->allowed < 0) { /* unchanged: transparent, or with the same entry */
        if (frame->clear >= 0)
            beam[size++] = (Step){.node = (uint16_t)frame->clear, .symbol = (uint8_t)frame->clear};
        if (frame->indices && size < most)
            beam[size++] = (Step){.node = frame->indices[at], .symbol = frame->indices[at]};
        return size;
    }
    Target target = target_of(state, frame->pixels + 3 * at, carried, above, pixel->allowed);
    if (!pixel->allowed) {
        Levels error = target.level - search->levels[target.nearest];
        *beam = (Step){.error = error, .node = (uint16_t)target.nearest, .symbol = (uint8_t)target.nearest};
        return 1;
    }
    for (int i = 0; i < most && i < search->neighbours; i++) {
        int entry = search->neighbour[target.nearest][i];
        float far = distance(target.at, search->linear[entry]);
        beam[size] = (Step){
            .error = target.level - search->levels[entry],
            .cost = more_than(target.least, far) * pixel->scale,
            .node = (uint16_t)entry,
            .symbol = (uint8_t)entry,
        };
        size += far <= target.limit;
    }
    if (frame->before && frame->clear >= 0) {
        const uint8_t *shown = frame->shown + 3 * at;
        float far = distance(target.at, linear_of(search, shown[0], shown[1], shown[2]));
        if (far <= target.limit)
            beam[size < most ? size++ : size - 1] = (Step){
                .error = target.level - levels_of(shown),
                .cost = more_than(target.least, far) * pixel->scale,
                .node = (uint16_t)frame->clear,
                .symbol = (uint8_t)frame->clear,
            };
    }
    return size;
}

/* Extend the paths of a beam by a pixel; return the size of the next beam. */
static inline int extend(const State *state, const Step *paths, int live, size_t at, const Levels *above,
                         const Pixel *pixel, Step *beam, int most)
{
    const Frame *frame = state->frame;
    const Search *search = state->search;
    const Dictionary *dictionary = &state->dictionary;
    const uint8_t *shown = frame->shown + 3 * at;
    Candidate best[MAX_BEAM];
    Levels level[MAX_BEAM]; /* of each path, what the pixel should become */
    int clear = frame->clear, unchanged = pixel->allowed < 0;
    int keep = unchanged && frame->indices ? frame->indices[at] : -1;
    for (int i = 0; i < most; i++)
        best[i] = IMPOSSIBLE;
    for (int i = 0; i < live; i++) {
        int code = dictionary->child[paths[i].node];
        if (code == NONE)
            continue;
        float cost = paths[i].cost;
        if (unchanged) {
            for (; code != NONE; code = (int)(dictionary->link[code] >> 8)) {
                int symbol = dictionary->link[code] & 0xFF;
                insert(best, most, candidate(cost, symbol == clear || symbol == keep, i, code, symbol));
            }
            continue;
        }
        Target target = target_of(state, frame->pixels + 3 * at, paths[i].error, above, pixel->allowed);
        level[i] = target.level;
        if (!pixel->allowed) {
            while (code != NONE && (int)(dictionary->link[code] & 0xFF) != target.nearest)
                code = (int)(dictionary->link[code] >> 8);
            if (code != NONE)
                insert(best, most, candidate(cost, 1, i, code, target.nearest));
            continue;
        }
        do {
            uint32_t link = dictionary->link[code];
            int symbol = link & 0xFF;
            Vector colour = search->linear[symbol];
            if (symbol == clear)
                colour = linear_of(search, shown[0], shown[1], shown[2]);
            float far = distance(target.at, colour);
            float with = cost + more_than(target.least, far) * pixel->scale;
            insert(best, most, candidate(with, far <= target.limit, i, code, symbol));
            code = (int)(link >> 8);
        } while (code != NONE);
    }
    int size = 0;
    for (; size < most && best[size] != IMPOSSIBLE; size++) {
        Candidate found = best[size];
        int symbol = found & 0xFF, parent = found >> 24 & 0xFF;
        union {
            uint32_t bits;
            float value;
        } cost = {(uint32_t)(found >> 32)};
        Levels colour = symbol == clear ? levels_of(shown) : search->levels[symbol];
        beam[size].error = unchanged ? (Levels){0} : level[parent] - colour;
        beam[size].cost = cost.value;
        beam[size].node = (uint16_t)(found >> 8 & 0xFFFF);
        beam[size].symbol = (uint8_t)symbol;
        beam[size].parent = (uint8_t)parent;
    }
    return size;
}

/* Find the string to write from pixel (x, y) of the window on; return its length. Its steps are in the beams. */
static inline int find_string(State *state, int x, int y, Levels carried, int most)
{
    const Frame *frame = state->frame;
    const Pixel *pixel = state->pixels + (size_t)y * (size_t)state->width + (size_t)x, *end = state->end;
    size_t at = (size_t)(frame->top + y) * (size_t)frame->width + (size_t)(frame->left + x);
    const Levels *above = state->above + x;
    int left = state->width - x, length = 1, row = 0;
    Step *beam = state->beams;
    int live = start_string(state, at, carried, above, pixel, beam, most);
    float best = beam->cost + frame->code_cost;
    for (int depth = 2; depth <= MAX_LENGTH; depth++) {
        if (++pixel == end)
            break;
        at++;
        above++;
        if (!--left) { /* errors from this row are not yet known beyond the string */
            left = state->width;
            at += (size_t)(frame->width - state->width);
            above = row++ ? state->none : state->row;
        }
        live = extend(state, beam, live, at, above, pixel, beam + most, most);
        beam += most;
        if (!live)
            break;
        float value = beam->cost + frame->code_cost; /* of all pixels; least for each */
        int better = value * (float)length <= best * (float)depth;
        best = better ? value : best;
        length = better ? depth : length;
    }
    return length;
}

/* The compiler makes a faster loop for each of these sizes. */
static int find_string_of_beam(State *state, int x, int y, Levels carried)
{
    switch (state->frame->beam) {
    case 1:
        return find_string(state, x, y, carried, 1);
    case 2:
        return find_string(state, x, y, carried, 2);
    case 4:
        return find_string(state, x, y, carried, 4);
    default:
        return find_string(state, x, y, carried, state->frame->beam);
    }
}

/* ---- A frame. ---- */

/* The tolerance of each pixel: as given at medium activity, less in smooth areas, where every wrong colour is
   visible. */
static void fill_pixels(const Frame *frame, Pixel *pixels, float *grey)
{
    const float influence = 0.8f, full = 0.08f; /* full: change of grey from which an area has full activity */
    /* The first axis of the linear metric. */
    const float red = 0.00104f / full, green = 0.00212f / full, blue = 0.00029f / full;
    size_t width = (size_t)frame->width, height = (size_t)frame->height;
    size_t left = (size_t)frame->left, count = (size_t)frame->right - left;
    for (size_t i = 0; i < width * height; i++) {
        const uint8_t *rgb = frame->pixels + 3 * i;
        grey[i] = red * (float)rgb[0] + green * (float)rgb[1] + blue * (float)rgb[2];
    }
    int keeps = frame->before && (frame->clear >= 0 || frame->indices);
    for (size_t y = (size_t)frame->top; y < (size_t)frame->bottom; y++, pixels += count) {
        const float *row = grey + y * width + left;
        const float *up = y ? row - width : row, *down = y + 1 < height ? row + width : row;
        for (size_t x = 0; x < count; x++) {
            float before = row[(ptrdiff_t)x - (left + x > 0)], after = row[x + (left + x + 1 < width)];
            float change = fabsf(after - before) + fabsf(down[x] - up[x]);
            float weight = influence * (change + 1 - fabsf(change - 1)) + 1 - influence; /* change is at most 1 in it */
            pixels[x].allowed = frame->tolerance * weight;
            pixels[x].scale = 1 / weight;
        }
        if (!keeps)
            continue;
        const uint8_t *now = frame->pixels + 3 * (y * width + left), *then = frame->before + 3 * (y * width + left);
        for (size_t x = 0; x < count; x++, now += 3, then += 3)
            if (now[0] == then[0] && now[1] == then[1] && now[2] == then[2])
                pixels[x].allowed = -1;
    }
}

/* ---- A frame without error diffusion and tolerance: each pixel has its nearest entry. ---- */

#define SLOTS (1 << 13)

/* The strings of a dictionary by their last pixel: a slot has the code before it, the symbol, and the code. */
typedef struct {
    uint32_t slots[SLOTS]; /* 0: free */
    int next, bits;
} Strings;

static void clear_strings(Strings *strings, int code_size)
{
    memset(strings->slots, 0, sizeof strings->slots);
    strings->next = (1 << code_size) + 2;
    strings->bits = code_size + 1;
}

/* Return the slot of a string, or the free one where it belongs. */
static inline uint32_t *slot_of(Strings *strings, int code, int symbol)
{
    uint32_t key = (uint32_t)code << 8 | (uint32_t)symbol, at = key * 2654435761u >> 19;
    while (strings->slots[at] && strings->slots[at] >> 12 != key)
        at = (at + 1) % SLOTS;
    return strings->slots + at;
}

static int64_t encode_nearest(Search *search, const Frame *frame, uint8_t *out)
{
    Strings *strings = malloc(sizeof *strings);
    if (!strings)
        return -1;
    Writer writer = {.next = out + 1, .block = out};
    int clear_code = 1 << frame->code_size, code = -1, keeps = frame->before && (frame->clear >= 0 || frame->indices);
    clear_strings(strings, frame->code_size);
    put_code(&writer, clear_code, strings->bits);
    for (int y = frame->top; y < frame->bottom; y++) {
        size_t at = (size_t)y * (size_t)frame->width + (size_t)frame->left;
        for (int x = frame->left; x < frame->right; x++, at++) {
            const uint8_t *level = frame->pixels + 3 * at;
            uint32_t *slot = NULL;
            int symbol;
            if (keeps && !memcmp(level, frame->before + 3 * at, 3)) { /* transparent, or the same entry */
                symbol = frame->clear >= 0 ? frame->clear : frame->indices[at];
                if (code >= 0) {
                    slot = slot_of(strings, code, symbol);
                    uint32_t *other = frame->indices && !*slot ? slot_of(strings, code, frame->indices[at]) : slot;
                    if (*other && other != slot) {
                        symbol = frame->indices[at];
                        slot = other;
                    }
                }
            } else {
                symbol = nearest_entry(search, level[0], level[1], level[2]);
                memcpy(frame->shown + 3 * at, search->rgb[symbol], 3);
                if (frame->indices)
                    frame->indices[at] = (uint8_t)symbol;
                if (code >= 0)
                    slot = slot_of(strings, code, symbol);
            }
            if (slot && *slot) {
                code = *slot & 0xFFF;
                continue;
            }
            if (slot) {
                put_code(&writer, code, strings->bits);
                if (strings->next == MAX_CODES) {
                    put_code(&writer, clear_code, strings->bits);
                    clear_strings(strings, frame->code_size);
                } else {
                    *slot = ((uint32_t)code << 8 | (uint32_t)symbol) << 12 | (uint32_t)strings->next;
                    if (strings->next++ == 1 << strings->bits)
                        strings->bits++;
                }
            }
            code = symbol;
        }
    }
    put_code(&writer, code, strings->bits);
    /* The decoder adds a string for the last code, too. */
    if (strings->next < MAX_CODES && strings->next == 1 << strings->bits)
        strings->bits++;
    put_code(&writer, clear_code + 1, strings->bits);
    free(strings);
    return finish(&writer) - out;
}

EXPORT int64_t gifmill_encode_frame(void *memory, const Frame *frame, uint8_t *out)
{
    if (frame->tolerance <= 0 && !frame->half && !frame->quarter)
        return encode_nearest(memory, frame, out);
    int width = frame->right - frame->left, height = frame->bottom - frame->top;
    size_t row_bytes = (size_t)(width + 1) * sizeof(Levels), area = (size_t)width * (size_t)height;
    State *state = malloc(sizeof *state);
    Levels *errors = calloc(3, row_bytes);
    Pixel *pixels = malloc(area * sizeof *pixels);
    float *grey = malloc((size_t)frame->width * (size_t)frame->height * sizeof *grey);
    Step *beams = malloc((size_t)MAX_LENGTH * (size_t)frame->beam * sizeof *beams);
    const Step **string = malloc(MAX_LENGTH * sizeof *string);
    int64_t bytes = -1;
    if (!state || !errors || !pixels || !grey || !beams || !string)
        goto done;
    fill_pixels(frame, pixels, grey);
    state->frame = frame;
    state->search = memory;
    state->width = width;
    state->pixels = pixels;
    state->end = pixels + area;
    state->none = errors;
    for (int lane = 0; lane < 3; lane++) {
        state->half[lane] = (int16_t)frame->half;
        state->quarter[lane] = (int16_t)frame->quarter;
    }
    state->above = errors + (width + 1);
    state->row = state->above + (width + 1);
    state->beams = beams;

    Writer writer = {.next = out + 1, .block = out};
    Dictionary *dictionary = &state->dictionary;
    const Levels zero = {0};
    Levels carried = zero;
    int clear_code = 1 << frame->code_size, x = 0, y = 0, last = -1;
    clear_dictionary(dictionary, frame->code_size);
    put_code(&writer, clear_code, dictionary->bits);
    while (y < height) {
        if (dictionary->next == MAX_CODES) { /* full: begin another one */
            put_code(&writer, clear_code, dictionary->bits);
            clear_dictionary(dictionary, frame->code_size);
            last = -1;
        }
        int length = find_string_of_beam(state, x, y, carried), first = y;
        for (int depth = length - 1, place = 0; depth >= 0; depth--) {
            string[depth] = beams + (size_t)depth * (size_t)frame->beam + place;
            place = string[depth]->parent;
        }
        if (last >= 0)
            add_string(dictionary, last, string[0]->symbol);
        last = string[length - 1]->node;
        put_code(&writer, last, dictionary->bits);
        size_t at = (size_t)(frame->top + y) * (size_t)frame->width + (size_t)(frame->left + x);
        for (int depth = 0; depth < length; depth++, at++) {
            int symbol = string[depth]->symbol;
            uint8_t *shown = frame->shown + 3 * at;
            carried = string[depth]->error;
            if (y > first) { /* errors from above were not yet known */
                Levels before = x ? state->row[x - 1] : zero;
                Levels colour = symbol == frame->clear ? levels_of(shown) : state->search->levels[symbol];
                if (pixels[(size_t)y * (size_t)width + (size_t)x].allowed >= 0)
                    carried = target_of(state, frame->pixels + 3 * at, before, state->above + x, 0).level - colour;
            }
            state->row[x] = carried;
            if (symbol != frame->clear) {
                memcpy(shown, state->search->rgb[symbol], 3);
                if (frame->indices)
                    frame->indices[at] = (uint8_t)symbol;
            }
            if (++x == width) {
                x = 0;
                y++;
                at += (size_t)(frame->width - width);
                Levels *free_row = state->above;
                state->above = state->row;
                state->row = free_row;
                memset(free_row, 0, row_bytes);
                carried = zero;
            }
        }
    }
    /* The decoder adds a string for the last code, too. */
    if (dictionary->next < MAX_CODES && dictionary->next == 1 << dictionary->bits)
        dictionary->bits++;
    put_code(&writer, clear_code + 1, dictionary->bits);
    bytes = finish(&writer) - out;
done:
    free(state);
    free(errors);
    free(pixels);
    free(grey);
    free(beams);
    free((void *)string);
    return bytes;
}

/* The box around all pixels that differ; returns their number. */
EXPORT int64_t gifmill_changed_window(const uint8_t *before, const uint8_t *now, int32_t width, int32_t height,
                                      int32_t window[4])
{
    int left = width, top = height, right = 0, bottom = 0;
    int64_t count = 0;
    for (int y = 0; y < height; y++) {
        const uint8_t *a = before + 3 * (size_t)y * (size_t)width, *b = now + 3 * (size_t)y * (size_t)width;
        if (!memcmp(a, b, 3 * (size_t)width))
            continue;
        for (int x = 0; x < width; x++)
            if (a[3 * x] != b[3 * x] || a[3 * x + 1] != b[3 * x + 1] || a[3 * x + 2] != b[3 * x + 2]) {
                count++;
                left = x < left ? x : left;
                right = x >= right ? x + 1 : right;
            }
        top = y < top ? y : top;
        bottom = y + 1;
    }
    if (!count)
        left = top = right = bottom = 0;
    window[0] = left;
    window[1] = top;
    window[2] = right;
    window[3] = bottom;
    return count;
}
