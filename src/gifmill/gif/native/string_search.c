#include "string_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BEAM 16
#define UNIT_BITS 6  /* diffused errors are in 1/64 of a level */
#define SCALE_BITS 8
#define MAX_ALLOWED (1 << 24) /* half a unit of the metric, squared: the cost of a path fits 32 bits */

/* A pixel with the errors of its path: what it should become. */
typedef struct {
    Levels level, linear;
    int nearest;
    int64_t least, limit; /* squared distances: of the nearest entry, and the largest allowed */
    int64_t scale;
} Target;

static inline Levels level_with_errors(const StringSearch *state, const Pixel *pixel, Levels carried,
                                       const Levels *above)
{
    const int16_t half = 1 << (UNIT_BITS - 1);
    const Levels rounding = {half, half, half, 0};
    Levels error = ((above[0] + above[1]) * state->below_share + carried * state->right_share + rounding) >> UNIT_BITS;
    return limited(pixel->level + error);
}

static inline Target target_of(const StringSearch *state, const Pixel *pixel, Levels carried, const Levels *above)
{
    Levels level = level_with_errors(state, pixel, carried, above);
    int r = level[0], g = level[1], b = level[2];
    Target target = {
        .level = level,
        .linear = linear_of(state->search, r, g, b),
        .nearest = nearest_entry(state->search, r, g, b),
        .scale = state->scale[pixel->activity],
    };
    target.least = distance(target.linear, state->search->entry[target.nearest].linear);
    target.limit = target.least + state->allowed[pixel->activity];
    return target;
}

static inline Candidate first_candidate(int symbol)
{
    return (Candidate)(symbol << 8 | symbol);
}

/* The part that all ways to go on with a path have in common. */
static inline Candidate path_of(const Step *step, int place)
{
    return (step->chosen & 0xFFFFFFFF00000000) | (Candidate)place << 24;
}

/* Insert a candidate into the best ones, in order. */
static inline void insert(Candidate *best, int size, Candidate found)
{
    for (int i = 0; i < size; i++) {
        Candidate lower = found < best[i] ? found : best[i], higher = found < best[i] ? best[i] : found;
        best[i] = lower;
        found = higher;
    }
}

/* Insert a candidate at the cost of its symbol, if this is near enough. */
static inline void insert_entry(Candidate *best, int size, const StringSearch *state, const Target *target,
                                Candidate found)
{
    int64_t far = distance(target->linear, state->search->entry[symbol_of(found)].linear);
    int64_t more = far - target->least, too_far = (target->limit - far) >> 63;
    more = more < 0 ? 0 : more;
    found += (Candidate)(more * target->scale >> SCALE_BITS) << 32;
    insert(best, size, found | (Candidate)too_far);
}

/* Write the best candidates to a beam. `level`: of each path, what the pixel should become; NULL if it is kept. */
static inline void fill_beam(const StringSearch *state, const Candidate *best, const Levels *level, Step *beam,
                             int size)
{
    for (int i = 0; i < size; i++) {
        beam[i].chosen = best[i];
        beam[i].error = (Levels){0};
        if (level)
            beam[i].error = level[parent_of(best[i])] - state->search->entry[symbol_of(best[i])].level;
    }
}

/* Make the transparent index, which is no entry, the colour that is shown at a pixel. */
static inline void set_transparent(const StringSearch *state, const Pixel *pixel)
{
    if (state->frame->clear >= 0)
        state->search->entry[state->frame->clear] = pixel->shown;
}

/* Write the first pixel of a string to the beam: every symbol is a code. */
static inline void start_string(const StringSearch *state, const Pixel *pixel, Step *beam, int size)
{
    const Search *search = state->search;
    int clear = state->frame->clear;
    Candidate best[MAX_BEAM];
    for (int i = 0; i < size; i++)
        best[i] = state->dead_end;
    if (pixel->activity == KEPT) {
        if (clear >= 0)
            insert(best, size, first_candidate(clear));
        if (pixel->kept_symbol != clear)
            insert(best, size, (Candidate)1 << 32 | first_candidate(pixel->kept_symbol));
        fill_beam(state, best, NULL, beam, size);
        return;
    }
    set_transparent(state, pixel);
    Target target = target_of(state, pixel, state->carried, state->above + state->x);
    for (int i = 0; i < size && i < search->neighbours; i++) {
        int entry = search->neighbour[target.nearest][i];
        insert_entry(best, size, state, &target, first_candidate(entry));
    }
    if (clear >= 0)
        insert_entry(best, size, state, &target, first_candidate(clear));
    fill_beam(state, best, &target.level, beam, size);
}

/* Extend the paths of a beam by a pixel; return whether one of them goes on. */
static inline int extend(const StringSearch *state, const Step *paths, const Pixel *pixel, const Levels *above,
                         Step *beam, int size)
{
    const Dictionary *dictionary = &state->dictionary;
    Candidate best[MAX_BEAM], dead = state->dead_end;
    Levels level[MAX_BEAM]; /* of each path, what the pixel should become */
    int kept = pixel->activity == KEPT, clear = state->frame->clear;
    level[0] = (Levels){0}; /* also of dead ends */
    for (int i = 0; i < size; i++)
        best[i] = dead;
    if (!kept)
        set_transparent(state, pixel);
    for (int i = 0; i < size; i++) {
        uint32_t link = dictionary->child[code_of(paths[i].chosen)];
        Candidate path = path_of(paths + i, i);
        if (!link)
            continue;
        if (kept) {
            for (; link; link = dictionary->next[link >> 8]) {
                int symbol = symbol_of(link);
                if (symbol == clear || symbol == pixel->kept_symbol)
                    insert(best, size, path | link);
            }
            continue;
        }
        Target target = target_of(state, pixel, paths[i].error, above);
        level[i] = target.level;
        do {
            insert_entry(best, size, state, &target, path | link);
            link = dictionary->next[link >> 8];
        } while (link);
    }
    fill_beam(state, best, kept ? NULL : level, beam, size);
    return best[0] < dead;
}

/* Find the string with the least cost for each pixel; return its length. Its steps are in the beams. */
static inline int search_string(StringSearch *state, int size)
{
    int width = state->rows.width, left = width - state->x, y = state->y, length = 1;
    int height = state->frame->bottom - state->frame->top;
    const Pixel *pixel = pixel_row(&state->rows, y) + state->x;
    const Levels *above = state->above + state->x;
    Step *beam = state->beams;
    start_string(state, pixel, beam, size);
    uint64_t best = (uint64_t)cost_of(beam->chosen) + state->code_cost; /* of the string of that length */
    for (int depth = 2; depth <= MAX_LENGTH; depth++) {
        pixel++;
        above++;
        if (!--left) { /* errors from this row are not yet known beyond the string */
            if (++y == height)
                break;
            left = width;
            pixel = pixel_row(&state->rows, y);
            above = y == state->y + 1 ? state->row : state->zeros;
        }
        Step *next = beam + size;
        if (!extend(state, beam, pixel, above, next, size))
            break;
        beam = next;
        uint64_t cost = (uint64_t)cost_of(beam->chosen) + state->code_cost;
        int better = cost * (uint64_t)length <= best * (uint64_t)depth;
        best = better ? cost : best;
        length = better ? depth : length;
    }
    return length;
}

int gifmill_find_string(StringSearch *state)
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
        place = parent_of(state->string[depth]->chosen);
    }
    return length;
}

static void begin_row(StringSearch *state)
{
    Levels *free_row = state->above;
    state->above = state->row;
    state->row = free_row;
    memset(free_row, 0, (size_t)(state->rows.width + 1) * sizeof *free_row);
    state->carried = (Levels){0};
    state->x = 0;
    state->y++;
}

void gifmill_show_string(StringSearch *state, int length)
{
    const Frame *frame = state->frame;
    const Pixel *row = pixel_row(&state->rows, state->y);
    size_t at = (size_t)(frame->top + state->y) * (size_t)frame->width + (size_t)(frame->left + state->x);
    int first = state->y;
    for (int depth = 0; depth < length; depth++, at++) {
        const Pixel *pixel = row + state->x;
        int symbol = symbol_of(state->string[depth]->chosen), clear = symbol == frame->clear;
        Levels error = state->string[depth]->error;
        if (state->y > first && pixel->activity != KEPT) { /* errors from above were not yet known */
            Levels level = level_with_errors(state, pixel, state->carried, state->above + state->x);
            error = level - (clear ? pixel->shown.level : state->search->entry[symbol].level);
        }
        state->row[state->x] = state->carried = error;
        if (!clear)
            show_entry(frame, state->search, at, symbol);
        if (++state->x == state->rows.width) {
            begin_row(state);
            at += (size_t)(frame->width - state->rows.width);
            if (depth + 1 < length)
                row = pixel_row(&state->rows, state->y);
        }
    }
}

/* Fill the tables by activity: the tolerance is as given at medium activity, and less in smooth areas, where every
   wrong colour is visible. */
static void fill_tolerances(StringSearch *state)
{
    const float least = 0.2f, most = 1.8f, unit = (float)LINEAR_STEPS * LINEAR_STEPS;
    for (int activity = 0; activity < ACTIVITIES; activity++) {
        float weight = least + (most - least) * (float)activity / (ACTIVITIES - 1);
        state->allowed[activity] = (int32_t)fminf(state->frame->tolerance * weight * unit, MAX_ALLOWED);
        state->scale[activity] = (int32_t)((1 << SCALE_BITS) / weight);
    }
    state->dead_end = (Candidate)1 << 62 | (Candidate)1 << state->frame->code_size << 8;
    state->code_cost = (uint32_t)fminf(state->frame->code_cost * unit, 1 << 30);
}

int gifmill_open_string_search(StringSearch *state, Search *search, const Frame *frame)
{
    int width = frame->right - frame->left;
    *state = (StringSearch){.frame = frame, .search = search};
    int opened = gifmill_open_rows(&state->rows, frame, search, MAX_LENGTH);
    state->zeros = calloc(3 * (size_t)(width + 1), sizeof *state->zeros);
    state->beams = malloc((size_t)MAX_LENGTH * (size_t)frame->beam * sizeof *state->beams);
    state->string = malloc(MAX_LENGTH * sizeof *state->string);
    if (!opened || !state->zeros || !state->beams || !state->string) {
        gifmill_close_string_search(state);
        return 0;
    }
    state->above = state->zeros + (width + 1);
    state->row = state->above + (width + 1);
    for (int lane = 0; lane < 3; lane++) {
        state->right_share[lane] = (int16_t)frame->right_share;
        state->below_share[lane] = (int16_t)frame->below_share;
    }
    fill_tolerances(state);
    return 1;
}

void gifmill_close_string_search(StringSearch *state)
{
    gifmill_close_rows(&state->rows);
    free(state->zeros);
    free(state->beams);
    free((void *)state->string);
}
