/* A frame of a GIF, and how it is encoded. */
#ifndef GIFMILL_FRAME_H
#define GIFMILL_FRAME_H

#include "nearest.h"

typedef struct {
    int32_t width, height;            /* canvas */
    int32_t left, top, right, bottom; /* window that is written */
    const uint8_t *pixels;            /* true colours, height x width x 3 */
    const uint8_t *before;            /* those of the previous frame, or NULL */
    const uint8_t *visible;           /* height x width: 0 where the frame is transparent; or NULL if it is opaque */
    uint8_t *shown;                   /* what the decoder shows, before and after this frame */
    uint8_t *covered;                 /* height x width: 0 where that is nothing; or NULL if there is no such pixel */
    uint8_t *indices;                 /* entries of the shown colours, or NULL: the palette is another one */
    int32_t clear;                    /* transparent index, or -1 */
    int32_t code_size;                /* bits of a palette index, 2 to 8 */
    int32_t beam;                     /* paths that are followed, 1 to 16 */
    int32_t right_share, below_share; /* of the error to the right, and to each of two pixels below, in 1/64 */
    float tolerance;                  /* additional squared distance of a pixel, at medium activity */
    float code_cost;                  /* squared distance that a code is worth */
} Frame;

static inline int is_visible(const Frame *frame, size_t at)
{
    return !frame->visible || frame->visible[at];
}

/* Whether something is shown at a pixel that can stay: a transparent pixel, or the same index, keeps it. */
static inline int can_keep(const Frame *frame, size_t at)
{
    return frame->before && (frame->clear >= 0 || frame->indices) && (!frame->covered || frame->covered[at]);
}

/* Whether a pixel has the colour that it had in the previous frame, and keeps what is shown. */
static inline int is_unchanged(const Frame *frame, size_t at)
{
    const uint8_t *now = frame->pixels + 3 * at, *then = frame->before + 3 * at;
    return can_keep(frame, at) && now[0] == then[0] && now[1] == then[1] && now[2] == then[2];
}

/* Show a palette entry at a pixel. */
static inline void show_entry(const Frame *frame, const Search *search, size_t at, int entry)
{
    for (int channel = 0; channel < 3; channel++)
        frame->shown[3 * at + (size_t)channel] = search->rgb[entry][channel];
    if (frame->indices)
        frame->indices[at] = (uint8_t)entry;
    if (frame->covered)
        frame->covered[at] = 1;
}

/* Encode a frame without error diffusion and tolerance: each pixel has its nearest entry. Returns bytes, or -1. */
int64_t gifmill_encode_nearest(Search *search, const Frame *frame, uint8_t *out);

#endif
