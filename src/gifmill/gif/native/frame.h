/* A frame of a GIF, and how it is encoded. */
#ifndef GIFMILL_FRAME_H
#define GIFMILL_FRAME_H

#include "nearest.h"

typedef struct {
    int32_t width, height;            /* canvas */
    int32_t left, top, right, bottom; /* window that is written */
    const uint8_t *pixels;            /* true colours, height x width x 3 */
    const uint8_t *before;            /* those of the previous frame, or NULL */
    uint8_t *shown;                   /* what the decoder shows, before and after this frame */
    uint8_t *indices;                 /* entries of the shown colours, or NULL: the palette is another one */
    int32_t clear;                    /* transparent index, or -1 */
    int32_t code_size;                /* bits of a palette index, 2 to 8 */
    int32_t beam;                     /* paths that are followed, 1 to 16 */
    int32_t half, quarter;            /* shares of the error to the right, and to each of two pixels below, in 1/64 */
    float tolerance;                  /* additional squared distance of a pixel, at medium activity */
    float code_cost;                  /* squared distance that a code is worth */
} Frame;

/* Whether unchanged pixels can keep what is shown. */
static inline int keeps_shown(const Frame *frame)
{
    return frame->before && (frame->clear >= 0 || frame->indices);
}

/* Encode a frame without error diffusion and tolerance: each pixel has its nearest entry. Returns bytes, or -1. */
int64_t gifmill_encode_nearest(Search *search, const Frame *frame, uint8_t *out);

#endif
