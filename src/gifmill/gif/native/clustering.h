/* Clustering of weighted points: boxes are divided for a first guess, then k-means refines it. */
#ifndef GIFMILL_CLUSTERING_H
#define GIFMILL_CLUSTERING_H

#include "metric.h"

#define MAX_CLUSTERS 256
#define LIGHTNESS_STEPS 256

/* Centres in order of lightness, so that a search compares only those about as light as the point. */
typedef struct {
    Vector axis[3][MAX_CLUSTERS / 4];    /* unused lanes are far away */
    int32_t first[LIGHTNESS_STEPS + 1];  /* the first centre of at least this lightness */
} CentreIndex;

/* Sort centres by lightness and index them. `place`, if not NULL, receives the new number of each. */
void gifmill_index_centres(CentreIndex *index, Vector *centres, int32_t count, uint8_t *place);

/* Return the centre nearest to a point, and its distance. */
int32_t gifmill_nearest_centre(const CentreIndex *index, Vector point, float *distance);

/* Cluster points: three axes and a weight above 0 each. Points change their order.

   `scratch` has room for `count` points, and `owners` for as many bytes. At most `clusters` centres, 1 to 256,
   are written; their fourth lane is 0. Returns their number, which is smaller only if too few points differ. */
int32_t gifmill_cluster(Vector *points, Vector *scratch, uint8_t *owners, int32_t count, int32_t clusters,
                        int32_t steps, Vector *centres);

#endif
