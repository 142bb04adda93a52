#include "nearest.h"

#include <math.h>
#include <string.h>

#define EXACT_BITS 8
#define CELL_BITS 7 /* where a palette is approximate: cells of 2 x 2 x 2 levels */
#define FAR_STEPS 65535.0f

/* Linear approximation of the metric for sRGB bytes; the first axis is grey. Source: the metric's tensor
   averaged over palettes of photos. */
static const float LINEAR[3][3] = {
    {0.00104f, -0.00102f, -0.00164f},
    {0.00212f, 0.00279f, 0.00048f},
    {0.00029f, -0.00178f, 0.00116f},
};

/* Write the squared distances of all entries from a point; return the least. */
static float measure(const Search *search, Vector at, float far[MAX_ENTRIES])
{
    /* Of every fourth entry, for compilers to compare at once. */
    float least[4] = {INFINITY, INFINITY, INFINITY, INFINITY};
    for (int i = 0; i < MAX_ENTRIES; i++) {
        float x = at[0] - search->metric[0][i], y = at[1] - search->metric[1][i], z = at[2] - search->metric[2][i];
        far[i] = x * x + y * y + z * z;
    }
    for (int i = 0; i < MAX_ENTRIES; i += 4)
        for (int lane = 0; lane < 4; lane++)
            least[lane] = far[i + lane] < least[lane] ? far[i + lane] : least[lane];
    for (int lane = 1; lane < 4; lane++)
        least[0] = least[lane] < least[0] ? least[lane] : least[0];
    return least[0];
}

static uint16_t far_steps(float steps)
{
    return (uint16_t)(steps < FAR_STEPS ? steps : FAR_STEPS);
}

/* Return the radius of a ball around a block: that of its corners, and a little more, as others can be farther. */
static float block_radius(const uint8_t rgb[3], Vector middle)
{
    float most = 0;
    for (int i = 0; i < 8; i++) {
        uint8_t corner[3];
        for (int channel = 0; channel < 3; channel++)
            corner[channel] = (uint8_t)((rgb[channel] & 0xF8) | (i >> channel & 1 ? 7 : 0));
        Vector d = metric_of(corner) - middle;
        d *= d;
        float far = d[0] + d[1] + d[2];
        most = far > most ? far : most;
    }
    return 1.05f * sqrtf(most);
}

/* List the entries that can be nearest in the block of a colour, or the first of them: by the triangle inequality those
   at most twice the radius farther from the middle than the nearest one. */
static void list_candidates(const Search *search, const uint8_t rgb[3], Candidates *candidates)
{
    const uint8_t middle[3] = {(rgb[0] & 0xF8) | 4, (rgb[1] & 0xF8) | 4, (rgb[2] & 0xF8) | 4};
    Vector at = metric_of(middle);
    float far[MAX_ENTRIES], radius = block_radius(rgb, at);
    float limit = sqrtf(measure(search, at, far)) + 2 * radius;
    limit *= limit;
    uint8_t near[MAX_ENTRIES];
    int found = 0, count = 0;
    for (int i = 0; i < search->entries; i++) {
        near[found] = (uint8_t)i;
        found += far[i] <= limit;
    }
    for (int i = 0; i < found; i++) {
        uint16_t steps = far_steps(sqrtf(far[near[i]]) * FAR_STEPS);
        if (count == MAX_CANDIDATES && steps >= candidates->far[count - 1])
            continue;
        int place = count < MAX_CANDIDATES ? count++ : count - 1;
        for (; place > 0 && candidates->far[place - 1] > steps; place--) {
            candidates->far[place] = candidates->far[place - 1];
            candidates->entry[place] = candidates->entry[place - 1];
        }
        candidates->far[place] = steps;
        candidates->entry[place] = near[i];
    }
    candidates->count = (uint8_t)count;
    candidates->radius = far_steps(ceilf(radius * FAR_STEPS));
}

/* Find the nearest entry by comparing all. */
static int compare_all(const Search *search, Vector at)
{
    float far[MAX_ENTRIES], least = measure(search, at, far);
    int entry = 0;
    while (far[entry] != least)
        entry++;
    return entry;
}

/* Find the entry that is nearest to a point of a block. Of several, it is the one that is listed first. */
static int compare_candidates(const Search *search, const Candidates *candidates, Vector at)
{
    int best = 0;
    float least = INFINITY, limit = INFINITY;
    for (int i = 0; i < candidates->count; i++) {
        if (candidates->far[i] > limit) /* neither this nor a later one can be nearer */
            return best;
        int entry = candidates->entry[i];
        float x = at[0] - search->metric[0][entry], y = at[1] - search->metric[1][entry];
        float z = at[2] - search->metric[2][entry], far = x * x + y * y + z * z;
        if (far < least) {
            best = entry;
            least = far;
            limit = sqrtf(least) * FAR_STEPS + candidates->radius;
        }
    }
    return candidates->count < MAX_CANDIDATES ? best : compare_all(search, at);
}

static size_t cells_of_block(const Search *search)
{
    return (size_t)1 << 3 * (search->bits - 5);
}

/* Return the number of a colour's block, which gets a place if it has none. */
static int find_block(Search *search, uint32_t place, const uint8_t rgb[3])
{
    uint16_t *block = search->block + (place >> 16);
    if (!*block) {
        *block = (uint16_t)++search->blocks;
        memset(search->table + (size_t)*block * cells_of_block(search), 0, cells_of_block(search));
        list_candidates(search, rgb, search->candidates + *block);
    }
    return *block;
}

int gifmill_find_nearest(Search *search, int r, int g, int b)
{
    int mask = 0xFF << (8 - search->bits);
    const uint8_t rgb[3] = {(uint8_t)(r & mask), (uint8_t)(g & mask), (uint8_t)(b & mask)};
    uint32_t place = search->place_of_level[0][r] + search->place_of_level[1][g] + search->place_of_level[2][b];
    int block = find_block(search, place, rgb);
    int entry = compare_candidates(search, search->candidates + block, metric_of(rgb));
    search->table[(size_t)block * cells_of_block(search) + (place & 0xFFFF)] = (uint8_t)(entry + 1);
    return entry;
}

static void list_neighbours(Search *search, int entry)
{
    int32_t far[MAX_NEIGHBOURS];
    int count = 0;
    for (int other = 0; other < search->entries; other++) {
        int32_t d = other == entry ? -1 : distance(search->entry[entry].linear, search->entry[other].linear);
        if (count == search->neighbours && d >= far[count - 1])
            continue;
        int at = count < search->neighbours ? count++ : count - 1;
        for (; at > 0 && far[at - 1] > d; at--) {
            far[at] = far[at - 1];
            search->neighbour[entry][at] = search->neighbour[entry][at - 1];
        }
        far[at] = d;
        search->neighbour[entry][at] = (uint8_t)other;
    }
}

static void fill_level_tables(Search *search)
{
    int fine = search->bits - 5; /* bits within 8 levels */
    for (int channel = 0; channel < 3; channel++)
        for (int level = 0; level < 256; level++) {
            uint32_t cell = (uint32_t)(level & 7) >> (8 - search->bits) << fine * (2 - channel);
            uint32_t block = (uint32_t)(level >> 3) << 5 * (2 - channel);
            search->place_of_level[channel][level] = block << 16 | cell;
            for (int axis = 0; axis < 3; axis++)
                search->linear_of_level[channel][level][axis] =
                    (int16_t)lrintf((float)level * LINEAR[channel][axis] * LINEAR_STEPS);
        }
}

/* The memory of a search, of which it uses the part that its colours need. */
EXPORT int64_t gifmill_search_bytes(void)
{
    return (int64_t)sizeof(Search) + ((int64_t)(MAX_BLOCKS + 1) << 3 * (EXACT_BITS - 5));
}

/* Prepare a search in memory that was zero, or has had another search. `exact`: all colours that will be searched are
   in the palette. */
EXPORT void gifmill_search_init(void *memory, const uint8_t *palette, int32_t entries, int32_t exact,
                                int32_t neighbours)
{
    Search *search = memory;
    search->entries = entries;
    search->bits = exact ? EXACT_BITS : CELL_BITS;
    search->neighbours = entries < neighbours ? entries : neighbours;
    search->blocks = 0;
    memset(search->block, 0, sizeof search->block);
    memset(search->table, 0, (size_t)1 << 3 * (EXACT_BITS - 5)); /* the block of colours whose own has no place yet */
    memcpy(search->rgb, palette, (size_t)entries * 3);
    fill_level_tables(search);
    for (int i = 0; i < MAX_ENTRIES; i++) {
        Vector at = {1e9f, 1e9f, 1e9f, 0};
        if (i < entries) {
            const uint8_t *rgb = palette + 3 * i;
            search->entry[i] = (Entry){levels_of(rgb), linear_of(search, rgb[0], rgb[1], rgb[2])};
            at = metric_of(rgb);
        }
        for (int axis = 0; axis < 3; axis++)
            search->metric[axis][i] = at[axis];
    }
    for (int i = 0; i < entries; i++)
        list_neighbours(search, i);
}
