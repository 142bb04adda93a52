#include "nearest.h"

#include <math.h>
#include <string.h>

#define MAX_CANDIDATES 15
#define TOO_MANY 255

/* Linear approximation of the metric for sRGB bytes; the first axis is grey. Source: the metric's tensor
   averaged over palettes of photos. */
static const float LINEAR[3][3] = {
    {0.00104f, -0.00102f, -0.00164f},
    {0.00212f, 0.00279f, 0.00048f},
    {0.00029f, -0.00178f, 0.00116f},
};

/* Squared distances of all entries from a colour. */
static void measure(const Search *search, Vector at, float far[MAX_ENTRIES])
{
    for (int i = 0; i < MAX_ENTRIES; i++) {
        float x = at[0] - search->metric[0][i], y = at[1] - search->metric[1][i], z = at[2] - search->metric[2][i];
        far[i] = x * x + y * y + z * z;
    }
}

/* Find the entries that are nearest to some colour of a box of 8 x 8 x 8 levels: by the triangle inequality those
   at most twice the box's radius farther from its middle than the nearest one. */
static void list_candidates(const Search *search, const uint8_t rgb[3], uint8_t *candidates)
{
    uint8_t corner[3] = {(rgb[0] & 0xF8) | 4, (rgb[1] & 0xF8) | 4, (rgb[2] & 0xF8) | 4};
    Vector middle = metric_of(corner);
    float far[MAX_ENTRIES], least = INFINITY, radius = 0;
    for (int i = 0; i < 8; i++) {
        for (int channel = 0; channel < 3; channel++)
            corner[channel] = (uint8_t)((rgb[channel] & 0xF8) | (i >> channel & 1 ? 7 : 0));
        float d = distance(metric_of(corner), middle);
        radius = d > radius ? d : radius;
    }
    measure(search, middle, far);
    for (int i = 0; i < search->entries; i++)
        least = far[i] < least ? far[i] : least;
    float limit = sqrtf(least) + 2.1f * sqrtf(radius); /* a little more: the farthest colour need not be a corner */
    limit *= limit;
    int count = 0;
    for (int i = 0; i < search->entries && count <= MAX_CANDIDATES; i++)
        if (far[i] <= limit) {
            if (count < MAX_CANDIDATES)
                candidates[1 + count] = (uint8_t)i;
            count++;
        }
    candidates[0] = count <= MAX_CANDIDATES ? (uint8_t)count : TOO_MANY;
}

int gifmill_find_nearest(Search *search, int r, int g, int b)
{
    const uint8_t rgb[3] = {(uint8_t)r, (uint8_t)g, (uint8_t)b};
    uint8_t *candidates = search->candidates[r >> 3 << 10 | g >> 3 << 5 | b >> 3];
    if (!candidates[0])
        list_candidates(search, rgb, candidates);
    Vector at = metric_of(rgb);
    int best = 0;
    float least = INFINITY;
    if (candidates[0] != TOO_MANY) {
        for (int i = 1; i <= candidates[0]; i++) {
            int entry = candidates[i];
            Vector d = at - (Vector){search->metric[0][entry], search->metric[1][entry], search->metric[2][entry], 0};
            d *= d;
            float far = d[0] + d[1] + d[2];
            if (far < least) {
                least = far;
                best = entry;
            }
        }
        return best;
    }
    float far[MAX_ENTRIES];
    measure(search, at, far);
    for (int i = 0; i < search->entries; i++)
        if (far[i] < least) {
            least = far[i];
            best = i;
        }
    return best;
}

static void list_neighbours(Search *search, int entry)
{
    float far[MAX_NEIGHBOURS];
    int count = 0;
    for (int other = 0; other < search->entries; other++) {
        float d = other == entry ? -1.0f : distance(search->linear[entry], search->linear[other]);
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

EXPORT int64_t gifmill_search_bytes(int32_t bits)
{
    return (int64_t)sizeof(Search) + ((int64_t)1 << 3 * bits);
}

EXPORT void gifmill_search_init(void *memory, const uint8_t *palette, int32_t entries, int32_t bits)
{
    Search *search = memory;
    search->entries = entries;
    search->bits = bits;
    search->neighbours = entries < MAX_NEIGHBOURS ? entries : MAX_NEIGHBOURS;
    memcpy(search->rgb, palette, (size_t)entries * 3);
    for (int level = -256; level < 512; level++)
        search->clamped[level + 256] = (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
    int fine = bits - 5; /* bits within 8 levels */
    for (int level = 0; level < 256; level++) {
        for (int channel = 0; channel < 3; channel++) {
            uint32_t inner = (uint32_t)(level & 7) >> (8 - bits);
            uint32_t coarse = (uint32_t)(level >> 3) << 5 * (2 - channel);
            search->cell[channel][level] = coarse << 3 * fine | inner << fine * (2 - channel);
            for (int axis = 0; axis < 4; axis++)
                search->of_level[channel][level][axis] = axis < 3 ? (float)level * LINEAR[channel][axis] : 0.0f;
        }
    }
    for (int i = 0; i < MAX_ENTRIES; i++) {
        Vector at = {1e9f, 1e9f, 1e9f, 0};
        if (i < entries) {
            search->levels[i] = (Levels){palette[3 * i], palette[3 * i + 1], palette[3 * i + 2], 0};
            at = metric_of(palette + 3 * i);
            search->linear[i] = linear_of(search, palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]);
        }
        for (int axis = 0; axis < 3; axis++)
            search->metric[axis][i] = at[axis];
    }
    for (int i = 0; i < entries; i++)
        list_neighbours(search, i);
}
