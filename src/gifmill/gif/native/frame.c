/* One frame of a GIF: error diffusion and LZW compression in one pass.

   The string that LZW writes next is searched while the error is diffused: a beam of paths through the
   dictionary, of which each takes entries that are at most `tolerance` farther from the pixel than its nearest
   entry. So a code covers more pixels, and the error of a worse entry goes to the neighbours as any other. */
#include "frame.h"
#include "lzw_codes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BEAM 16
#define MAX_LENGTH MAX_CODES /* pixels of a string: no dictionary is deeper */
#define NONE 0               /* no code of a string: that of a single pixel */
#define UNIT_BITS 6          /* diffused errors are in 1/64 of a level */

/* The dictionary as a tree of strings: a node is a code, and each of its children adds one pixel. */
typedef struct {
    uint16_t child[MAX_CODES];
    uint32_t link[MAX_CODES]; /* the next child of the same node, and the symbol in the last eight bits */
} Dictionary;

static void add_string(Dictionary *dictionary, int node, int symbol, int code)
{
    dictionary->link[code] = (uint32_t)dictionary->child[node] << 8 | (uint32_t)symbol;
    dictionary->child[node] = (uint16_t)code;
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
    int width;                 /* of the window */
    Pixel *pixels, *end;       /* of the window */
    Levels *none;              /* zeros, for a row below the next one; begins the memory of the three rows */
    Levels *above, *row;       /* errors of the row above and of this one, and a zero at the end */
    Levels carried;            /* error of the pixel to the left */
    Levels half, quarter;      /* shares of the error, in all lanes */
    int x, y;                  /* next pixel of the window */
    Step *beams;               /* by depth, `frame->beam` steps each, ordered by cost */
    const Step **string;       /* the steps of the string that was found */
    Dictionary dictionary;
} State;

/* The number of the next pixel on the canvas. */
static inline size_t place_of(const State *state)
{
    const Frame *frame = state->frame;
    return (size_t)(frame->top + state->y) * (size_t)frame->width + (size_t)(frame->left + state->x);
}

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
static inline int start_string(const State *state, size_t at, const Pixel *pixel, Step *beam, int most)
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
    Target target = target_of(state, frame->pixels + 3 * at, state->carried, state->above + state->x, pixel->allowed);
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

/* Find the string to write next; return its length. Its steps are in the beams. */
static inline int search_string(State *state, int most)
{
    const Frame *frame = state->frame;
    const Pixel *pixel = state->pixels + (size_t)state->y * (size_t)state->width + (size_t)state->x;
    const Levels *above = state->above + state->x;
    size_t at = place_of(state);
    int left = state->width - state->x, length = 1, row = 0;
    Step *beam = state->beams;
    int live = start_string(state, at, pixel, beam, most);
    float best = beam->cost + frame->code_cost;
    for (int depth = 2; depth <= MAX_LENGTH; depth++) {
        if (++pixel == state->end)
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

/* Find the string to write next and list its steps; return its length. */
static int find_string(State *state)
{
    int beam = state->frame->beam, length;
    switch (beam) { /* the compiler makes a faster loop for each of these sizes */
    case 1:
        length = search_string(state, 1);
        break;
    case 2:
        length = search_string(state, 2);
        break;
    case 4:
        length = search_string(state, 4);
        break;
    default:
        length = search_string(state, beam);
    }
    for (int depth = length - 1, place = 0; depth >= 0; depth--) {
        state->string[depth] = state->beams + (size_t)depth * (size_t)beam + place;
        place = state->string[depth]->parent;
    }
    return length;
}

/* Show the pixels of the string that was found, and diffuse their errors. */
static void show_string(State *state, int length)
{
    const Frame *frame = state->frame;
    size_t at = place_of(state);
    int first = state->y;
    for (int depth = 0; depth < length; depth++, at++) {
        int x = state->x, symbol = state->string[depth]->symbol;
        uint8_t *shown = frame->shown + 3 * at;
        Levels error = state->string[depth]->error;
        int unchanged = state->pixels[(size_t)state->y * (size_t)state->width + (size_t)x].allowed < 0;
        if (state->y > first && !unchanged) { /* errors from above were not yet known */
            Levels colour = symbol == frame->clear ? levels_of(shown) : state->search->levels[symbol];
            error = target_of(state, frame->pixels + 3 * at, state->carried, state->above + x, 0).level - colour;
        }
        state->row[x] = state->carried = error;
        if (symbol != frame->clear) {
            memcpy(shown, state->search->rgb[symbol], 3);
            if (frame->indices)
                frame->indices[at] = (uint8_t)symbol;
        }
        if (++state->x == state->width) {
            Levels *free_row = state->above;
            state->above = state->row;
            state->row = free_row;
            memset(free_row, 0, (size_t)(state->width + 1) * sizeof *free_row);
            state->carried = (Levels){0};
            at += (size_t)(frame->width - state->width);
            state->x = 0;
            state->y++;
        }
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
    int keeps = keeps_shown(frame);
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

static void close_state(State *state)
{
    if (!state)
        return;
    free(state->none);
    free(state->pixels);
    free(state->beams);
    free((void *)state->string);
    free(state);
}

/* Return the state before the first pixel, or NULL without memory. */
static State *open_state(Search *search, const Frame *frame)
{
    int width = frame->right - frame->left, height = frame->bottom - frame->top;
    size_t area = (size_t)width * (size_t)height;
    State *state = calloc(1, sizeof *state);
    float *grey = malloc((size_t)frame->width * (size_t)frame->height * sizeof *grey);
    if (state) {
        state->frame = frame;
        state->search = search;
        state->width = width;
        state->none = calloc(3 * (size_t)(width + 1), sizeof *state->none);
        state->pixels = malloc(area * sizeof *state->pixels);
        state->beams = malloc((size_t)MAX_LENGTH * (size_t)frame->beam * sizeof *state->beams);
        state->string = malloc(MAX_LENGTH * sizeof *state->string);
    }
    if (!grey || !state || !state->none || !state->pixels || !state->beams || !state->string) {
        close_state(state);
        free(grey);
        return NULL;
    }
    state->end = state->pixels + area;
    state->above = state->none + (width + 1);
    state->row = state->above + (width + 1);
    for (int lane = 0; lane < 3; lane++) {
        state->half[lane] = (int16_t)frame->half;
        state->quarter[lane] = (int16_t)frame->quarter;
    }
    fill_pixels(frame, state->pixels, grey);
    free(grey);
    return state;
}

EXPORT int64_t gifmill_encode_frame(void *memory, const Frame *frame, uint8_t *out)
{
    if (frame->tolerance <= 0 && !frame->half && !frame->quarter)
        return gifmill_encode_nearest(memory, frame, out);
    State *state = open_state(memory, frame);
    if (!state)
        return -1;
    Codes codes = begin_codes(out, frame->code_size);
    int last = -1; /* the code before the next one, in the same dictionary */
    while (state->y < frame->bottom - frame->top) {
        if (dictionary_is_full(&codes)) {
            put_clear_code(&codes);
            memset(state->dictionary.child, 0, sizeof state->dictionary.child);
            last = -1;
        }
        int length = find_string(state);
        if (last >= 0)
            add_string(&state->dictionary, last, state->string[0]->symbol, number_string(&codes));
        last = state->string[length - 1]->node;
        put_code(&codes, last);
        show_string(state, length);
    }
    close_state(state);
    return end_codes(&codes) - out;
}
