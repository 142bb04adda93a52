#include "clustering.h"

#include <math.h>
#include <string.h>

/* Error of a box whose points are all equal, from rounding alone. */
#define ROUNDING_ERROR 1e-9f

static inline float sum_of_axes(Vector v)
{
    return v[0] + v[1] + v[2];
}

static inline float distance_between(Vector a, Vector b)
{
    Vector d = a - b;
    return sum_of_axes(d * d);
}

/* ---- Boxes: the one of the largest error is divided at the mean of its widest axis. Source: X. Wu, "Color
   quantization by dynamic programming and principal analysis", 1992, with the mean in place of the best cut. ---- */

typedef struct {
    int32_t start, count;  /* its points */
    Vector mean;           /* fourth lane: 0 */
    Vector errors;         /* weighted squared distance from the mean along each axis */
    float error;
} Box;

/* Find a box's mean and errors. All is relative to a point near the mean, else rounding would look like an error. */
static void measure_box(Box *box, const Vector *points, Vector near)
{
    Vector sums = {0}, squares = {0};
    for (const Vector *point = points + box->start; point < points + box->start + box->count; point++) {
        Vector d = *point - near;  /* near[3] is 0, so that the fourth lane adds up weights */
        float weight = d[3];
        Vector weighted = d * (Vector){weight, weight, weight, 1};
        sums += weighted;
        squares += weighted * d;
    }
    Vector offset = sums / sums[3];
    box->errors = squares - sums * offset;
    box->error = box->count > 1 ? sum_of_axes(box->errors) : 0;
    box->mean = near + offset;
    box->mean[3] = 0;
}

/* Move the points of a box that are above its mean behind the others; return the number of the others. */
static int32_t partition(const Box *box, Vector *points, Vector *scratch)
{
    int axis = box->errors[1] > box->errors[0];
    axis = box->errors[2] > box->errors[axis] ? 2 : axis;
    float mean = box->mean[axis];
    int32_t low = 0, high = 0;
    Vector *first = points + box->start;
    for (int32_t i = 0; i < box->count; i++) {  /* no branch: nobody can predict it */
        Vector point = first[i];
        int above = ((const float *)(first + i))[axis] > mean;
        first[low] = point;
        scratch[high] = point;
        low += !above;
        high += above;
    }
    memcpy(first + low, scratch, (size_t)high * sizeof *scratch);
    return low;
}

static int32_t divide_boxes(Vector *points, Vector *scratch, uint8_t *owners, int32_t count, int32_t clusters,
                            Vector *centres)
{
    Box boxes[MAX_CLUSTERS] = {{.count = count}};
    measure_box(boxes, points, (Vector){0.5f, 0, 0, 0});
    int32_t made = 1;
    while (made < clusters) {
        Box *worst = boxes;
        for (Box *box = boxes + 1; box < boxes + made; box++)
            if (box->error > worst->error)
                worst = box;
        if (!(worst->error > ROUNDING_ERROR))
            break;
        int32_t low = partition(worst, points, scratch);
        if (low == 0 || low == worst->count) {  /* the points differ by a rounding error only */
            worst->error = 0;
            continue;
        }
        Box *other = boxes + made++;
        *other = (Box){.start = worst->start + low, .count = worst->count - low};
        worst->count = low;
        Vector near = worst->mean;
        measure_box(other, points, near);
        measure_box(worst, points, near);
    }
    for (int32_t i = 0; i < made; i++) {
        centres[i] = boxes[i].mean;
        memset(owners + boxes[i].start, i, (size_t)boxes[i].count);
    }
    return made;
}

/* ---- Search. ---- */

static inline int32_t lightness_step(float lightness)
{
    float step = lightness * LIGHTNESS_STEPS;
    return step < 0 ? 0 : step < LIGHTNESS_STEPS - 1 ? (int32_t)step : LIGHTNESS_STEPS - 1;
}

void gifmill_index_centres(CentreIndex *index, Vector *centres, int32_t count, uint8_t *place)
{
    uint8_t order[MAX_CLUSTERS];
    Vector sorted[MAX_CLUSTERS];
    for (int32_t i = 0; i < count; i++) {  /* insertion: from step to step, the order hardly changes */
        int32_t at = i;
        for (; at && sorted[at - 1][0] > centres[i][0]; at--) {
            sorted[at] = sorted[at - 1];
            order[at] = order[at - 1];
        }
        sorted[at] = centres[i];
        order[at] = (uint8_t)i;
    }
    memcpy(centres, sorted, (size_t)count * sizeof *centres);
    for (int32_t i = 0; place && i < count; i++)
        place[order[i]] = (uint8_t)i;
    int32_t step = 0;
    for (int32_t i = 0; i < count; i++)
        for (int32_t of_centre = lightness_step(centres[i][0]); step <= of_centre; step++)
            index->first[step] = i;
    for (; step <= LIGHTNESS_STEPS; step++)
        index->first[step] = count;
    for (int axis = 0; axis < 3; axis++)
        for (int32_t i = 0; i < (count + 3) / 4 * 4; i++)
            ((float *)index->axis[axis])[i] = i < count ? centres[i][axis] : 1e9f;
}

/* The search of gifmill_nearest_centre, from a known centre at a known distance. */
static inline int32_t find_nearer(const CentreIndex *index, Vector point, int32_t known, float *distance)
{
    float radius = sqrtf(*distance);
    int32_t low = index->first[lightness_step(point[0] - radius)] / 4;
    int32_t high = (index->first[lightness_step(point[0] + radius) + 1] + 3) / 4;
    Vector nearest = {*distance, *distance, *distance, *distance};
    Integers found = {known, known, known, known};
    Integers number = {low * 4, low * 4 + 1, low * 4 + 2, low * 4 + 3};
    for (int32_t four = low; four < high; four++) {
        Vector x = index->axis[0][four] - point[0];
        Vector y = index->axis[1][four] - point[1];
        Vector z = index->axis[2][four] - point[2];
        Vector far = x * x + y * y + z * z;
        Integers nearer = far < nearest;
        nearest = vector_where(nearer, far, nearest);
        found = (number & nearer) | (found & ~nearer);
        number += 4;
    }
    int best = 0;
    for (int lane = 1; lane < 4; lane++)
        if (nearest[lane] < nearest[best])
            best = lane;
    *distance = nearest[best];
    return found[best];
}

int32_t gifmill_nearest_centre(const CentreIndex *index, Vector point, float *distance)
{
    int32_t guess = index->first[lightness_step(point[0])];
    guess -= guess == index->first[LIGHTNESS_STEPS];  /* no centre is as light */
    Vector centre = {0};
    for (int axis = 0; axis < 3; axis++)
        centre[axis] = ((const float *)index->axis[axis])[guess];
    *distance = distance_between(point, centre);
    return find_nearer(index, point, guess, distance);
}

/* ---- K-means: weighted Lloyd steps. ---- */

/* Centres move beyond the means of their points, in all steps but the last: on the tuning photos, three such steps
   leave a smaller mean error than nine plain ones. At 2 they would not converge. */
#define OVERSHOOT 1.8f

typedef struct {
    Vector moves[MAX_CLUSTERS];  /* weighted sum of its points' offsets; fourth lane: of their weights */
    float worst_error[MAX_CLUSTERS];
    Vector worst_point[MAX_CLUSTERS];
} Assignment;

static void assign_points(Assignment *to, const CentreIndex *index, const Vector *points, uint8_t *owners,
                          int32_t count, const Vector *centres, const uint8_t *place)
{
    memset(to, 0, sizeof *to);
    for (int32_t i = 0; i < count; i++) {
        Vector point = points[i];
        int32_t owner = place[owners[i]];
        float distance = distance_between(point, centres[owner]), weight = point[3];
        owner = find_nearer(index, point, owner, &distance);
        owners[i] = (uint8_t)owner;
        to->moves[owner] += (point - centres[owner]) * (Vector){weight, weight, weight, 1};
        if (distance * weight > to->worst_error[owner]) {
            to->worst_error[owner] = distance * weight;
            to->worst_point[owner] = point;
        }
    }
}

/* Move centres by `factor` of the way to the means of their points, and drop those without points. The missing ones
   become the points of the largest errors: at most one of each cluster, so that they spread. Returns the number of
   centres; `number` receives the new number of each old one that has points. */
static int32_t move_centres(Assignment *from, Vector *centres, int32_t count, int32_t clusters, float factor,
                            uint8_t *number)
{
    int32_t used = 0;
    for (int32_t i = 0; i < count; i++) {
        number[i] = (uint8_t)used;
        float weight = from->moves[i][3];
        if (weight > 0) {
            centres[used] = centres[i] + from->moves[i] * (factor / weight);
            centres[used++][3] = 0;
        }
    }
    for (; used < clusters; used++) {
        int32_t worst = 0;
        for (int32_t i = 1; i < count; i++)
            if (from->worst_error[i] > from->worst_error[worst])
                worst = i;
        if (!(from->worst_error[worst] > ROUNDING_ERROR))
            break;
        from->worst_error[worst] = 0;
        centres[used] = from->worst_point[worst];
        centres[used][3] = 0;
    }
    return used;
}

int32_t gifmill_cluster(Vector *points, Vector *scratch, uint8_t *owners, int32_t count, int32_t clusters,
                        int32_t steps, Vector *centres)
{
    int32_t made = divide_boxes(points, scratch, owners, count, clusters, centres);
    uint8_t number[MAX_CLUSTERS], place[MAX_CLUSTERS] = {0};
    for (int32_t i = 0; i < MAX_CLUSTERS; i++)
        number[i] = (uint8_t)i;
    for (; steps > 0; steps--) {
        CentreIndex index;
        Assignment assignment;
        gifmill_index_centres(&index, centres, made, place);
        for (int32_t i = 0; i < MAX_CLUSTERS; i++)
            number[i] = place[number[i]];
        assign_points(&assignment, &index, points, owners, count, centres, number);
        made = move_centres(&assignment, centres, made, clusters, steps > 1 ? OVERSHOOT : 1, number);
    }
    return made;
}
