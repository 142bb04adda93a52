#include "palette.h"

#include "clustering.h"
#include "colour_set.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bits per channel: a photo fills 500 to 4,000 of the 32,768 cells. */
#define CELL_BITS 5
#define CELLS (1 << 3 * CELL_BITS)

/* Pictures that occupy fewer cells are dark, foggy, toned or small: their palette is finer than the cells. */
#define NARROW_CELLS 256

/* As many colours as the cells of a narrow picture can hold. */
#define MAX_NARROW_COLOURS (NARROW_CELLS << 3 * (8 - CELL_BITS))

EXPORT int32_t gifmill_distinct_colours(const uint8_t *rgb, int64_t count, int32_t most, uint8_t *palette,
                                        int64_t *counts)
{
    ColourSet set;
    if (!gifmill_open_colours(&set, most < count ? most : (int32_t)count))
        return NO_MEMORY;
    int32_t found = -1;
    if (gifmill_add_colours(&set, rgb, count)) {
        gifmill_sort_colours(&set);
        found = set.count;
        for (int32_t i = 0; i < found; i++) {
            unpack(set.slots[i].word, palette + 3 * i);
            if (counts)
                counts[i] = set.slots[i].count;
        }
    }
    free(set.slots);
    return found;
}

/* ---- Histogram, on a grid of even lightness: cells of equal width in sRGB would be too wide in dark colours. All
   levels up to 7 are an eighth of lightness, and one colour would represent a night sky. ---- */

typedef struct {
    int32_t count;
    Vector *points;   /* the mean colour of each cell, in the metric; fourth lane: its number of pixels */
    Vector *scratch;  /* room for as many */
    uint8_t *owners;  /* room for a byte each */
} Points;

typedef uint32_t Sums __attribute__((vector_size(16)));  /* of red, green and blue of a cell's pixels; their number */

static int open_points(Points *points, int32_t count)
{
    size_t size = (size_t)(count > 0 ? count : 1);
    points->count = count;
    points->points = malloc(size * (2 * sizeof *points->points + 1));
    if (!points->points)
        return 0;
    points->scratch = points->points + size;
    points->owners = (uint8_t *)(points->scratch + size);
    return 1;
}

/* Fill `parts` with the contribution of each level of red, green and blue to a cell's number. */
static void number_cells(uint16_t parts[3][256])
{
    for (int level = 0; level < 256; level++) {
        float lightness = cube_roots((Vector){gifmill_light[level], 1, 1, 1})[0];
        int cell = (int)(255 * lightness + 0.5f) >> (8 - CELL_BITS);
        for (int channel = 0; channel < 3; channel++)
            parts[channel][level] = (uint16_t)(cell << (2 - channel) * CELL_BITS);
    }
}

static int measure_histogram(Points *points, const uint8_t *rgb, int64_t count)
{
    uint16_t parts[3][256];
    number_cells(parts);
    int32_t most = count < CELLS ? (int32_t)count : CELLS, found = 0;
    uint16_t *numbers = calloc(CELLS, sizeof *numbers);  /* of the occupied cells, from 1 */
    Sums *sums = malloc((size_t)(most + 1) * sizeof *sums);
    int ready = numbers && sums;
    if (ready) {
        for (const uint8_t *end = rgb + 3 * count; rgb < end; rgb += 3) {
            uint16_t *number = numbers + (parts[0][rgb[0]] | parts[1][rgb[1]] | parts[2][rgb[2]]);
            if (!*number) {
                *number = (uint16_t)++found;
                sums[found] = (Sums){0};
            }
            sums[*number] += (Sums){rgb[0], rgb[1], rgb[2], 1};
        }
        ready = open_points(points, found);
    }
    for (int32_t i = 0; ready && i < found; i++) {
        Vector sum = __builtin_convertvector((Integers)sums[i + 1], Vector);
        Vector mean = sum / sum[3] + 0.5f;
        points->points[i] = metric_of((uint8_t[]){(uint8_t)mean[0], (uint8_t)mean[1], (uint8_t)mean[2]});
        points->points[i][3] = sum[3];
    }
    free(numbers);
    free(sums);
    return ready;
}

static int has_narrow_range(const uint8_t *rgb, int64_t count)
{
    uint8_t occupied[CELLS] = {0};
    int cells = 0;
    for (const uint8_t *end = rgb + 3 * count; rgb < end && cells < NARROW_CELLS; rgb += 3) {
        uint8_t *cell = occupied + (rgb[0] >> 3 << 10 | rgb[1] >> 3 << 5 | rgb[2] >> 3);
        cells += !*cell;
        *cell = 1;
    }
    return cells < NARROW_CELLS;
}

/* List all colours instead of the means of cells. Returns 0 without memory or if there are too many. */
static int list_colours(Points *points, const uint8_t *rgb, int64_t count)
{
    ColourSet set;
    if (!gifmill_open_colours(&set, count < MAX_NARROW_COLOURS ? (int32_t)count : MAX_NARROW_COLOURS))
        return 0;
    int ready = gifmill_add_colours(&set, rgb, count) && open_points(points, set.count);
    const Colour *slot = set.slots;
    for (int32_t i = 0; ready && i < set.count; slot++)
        if (slot->count) {
            uint8_t colour[3];
            unpack(slot->word, colour);
            points->points[i] = metric_of(colour);
            points->points[i++][3] = (float)slot->count;
        }
    free(set.slots);
    return ready;
}

/* ---- Selection. ---- */

/* The power of 0.8: large flat areas must not take all entries from small details. It is x / x^0.2, with Newton's
   method for the fifth root: powf has other results on other platforms. */
static float weight_of(float pixels)
{
    union { float number; uint32_t bits; } root = {.number = pixels};
    root.bits = root.bits / 5 + UINT32_C(0x32CCCCCD);
    for (int i = 0; i < 4; i++) {
        float square = root.number * root.number;
        root.number = (4 * root.number + pixels / (square * square)) * 0.2f;
    }
    return pixels / root.number;
}

/* Cluster the colours of a sample; return the number of entries, or NO_MEMORY. */
static int32_t cluster_colours(const uint8_t *sample, int64_t count, int32_t entries, int32_t steps, uint8_t *palette)
{
    Points points;
    if (!(has_narrow_range(sample, count) && list_colours(&points, sample, count))) {
        Points colours;
        if (!measure_histogram(&points, sample, count))
            return NO_MEMORY;
        if (points.count < entries && list_colours(&colours, sample, count)) { /* too few cells for all entries */
            free(points.points);
            points = colours;
        }
    }
    for (int32_t i = 0; i < points.count; i++)
        points.points[i][3] = weight_of(points.points[i][3]);
    Vector centres[MAX_CLUSTERS];
    float flat[MAX_CLUSTERS][3];
    int32_t made = gifmill_cluster(points.points, points.scratch, points.owners, points.count, entries, steps, centres);
    free(points.points);
    for (int32_t i = 0; i < made; i++)
        for (int axis = 0; axis < 3; axis++)
            flat[i][axis] = centres[i][axis];
    gifmill_from_metric(flat[0], made, palette);
    return made;
}

EXPORT int32_t gifmill_select_palette(const uint8_t *sample, int64_t count, int32_t entries, int32_t steps,
                               const uint8_t *fixed, int32_t fixed_count, uint8_t *palette)
{
    ColourSet set;
    if (!gifmill_open_colours(&set, entries))
        return NO_MEMORY;
    int32_t found = -1;
    if (gifmill_add_colours(&set, sample, count) && (!fixed_count || gifmill_add_colours(&set, fixed, fixed_count))) {
        gifmill_sort_colours(&set);
        for (found = 0; found < set.count; found++)
            unpack(set.slots[found].word, palette + 3 * found);
    }
    free(set.slots);
    if (found >= 0)
        return found;
    int32_t others = entries - fixed_count, made = 0;
    if (others > 0 && (made = cluster_colours(sample, count, others, steps, palette)) < 0)
        return made;
    if (fixed_count)
        memcpy(palette + 3 * made, fixed, 3 * (size_t)fixed_count);
    return made + fixed_count;
}

EXPORT double gifmill_palette_error(const uint8_t *sample, int64_t count, const uint8_t *palette, int32_t entries)
{
    Points points;
    if (!measure_histogram(&points, sample, count))
        return NO_MEMORY;
    Vector centres[MAX_CLUSTERS];
    for (int32_t i = 0; i < entries; i++)
        centres[i] = metric_of(palette + 3 * i);
    CentreIndex index;
    gifmill_index_centres(&index, centres, entries, NULL);
    double squares = 0;
    for (int32_t i = 0; i < points.count; i++) {
        float distance;
        gifmill_nearest_centre(&index, points.points[i], &distance);
        squares += (double)distance * (double)points.points[i][3];
    }
    free(points.points);
    return count > 0 ? sqrt(squares / (double)count) : 0;
}
