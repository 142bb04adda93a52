/* The pixels of a frame's window as the search for strings needs them, row by row as it reaches them. */
#ifndef GIFMILL_PIXEL_ROWS_H
#define GIFMILL_PIXEL_ROWS_H

#include "frame.h"

#define ACTIVITIES 32 /* levels of activity; the last is full */
#define KEPT 255      /* an activity: the pixel keeps what is shown */

typedef struct {
    Levels level;     /* true colour */
    Entry shown;      /* what is shown before the frame; far from every colour if it cannot stay */
    uint8_t activity; /* how busy its surroundings are, or KEPT */
    uint8_t kept_symbol; /* a symbol that keeps it besides the transparent index, or that index itself */
} Pixel;

typedef struct {
    const Frame *frame;
    const Search *search;
    int width;     /* of the window */
    int capacity;  /* rows in memory */
    int filled;    /* rows of the window that have been filled */
    Pixel *pixels; /* row y of the window is row y % capacity */
    int32_t *grey; /* lightness of three rows of the canvas */
} PixelRows;

/* Prepare for the search of strings of up to `length` pixels; return 0 without memory. */
int gifmill_open_rows(PixelRows *rows, const Frame *frame, const Search *search, int length);

void gifmill_close_rows(PixelRows *rows);

void gifmill_fill_row(PixelRows *rows);

/* Return a row of the window, the same as before or the next one. It stays until the search is `length` pixels
   farther. */
static inline const Pixel *pixel_row(PixelRows *rows, int y)
{
    if (y == rows->filled)
        gifmill_fill_row(rows);
    return rows->pixels + (size_t)(y % rows->capacity) * (size_t)rows->width;
}

#endif
