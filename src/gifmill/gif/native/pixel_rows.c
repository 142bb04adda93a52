#include "pixel_rows.h"

#include <stdlib.h>

/* Lightness, the first axis of the linear metric. The change from which an area has full activity, 0.08 of the metric's
   unit, is ACTIVITIES << ACTIVITY_BITS. */
#define GREY_OF_RED 106
#define GREY_OF_GREEN 217
#define GREY_OF_BLUE 30
#define ACTIVITY_BITS 8

static const Levels FAR = {0, 0, 0, 30000};

int gifmill_open_rows(PixelRows *rows, const Frame *frame, const Search *search, int length)
{
    int width = frame->right - frame->left, height = frame->bottom - frame->top, most = length / width + 2;
    *rows = (PixelRows){.frame = frame, .search = search, .width = width, .capacity = most < height ? most : height};
    rows->pixels = malloc((size_t)rows->capacity * (size_t)width * sizeof *rows->pixels);
    rows->grey = malloc(3 * (size_t)(frame->width + 2) * sizeof *rows->grey);
    return rows->pixels && rows->grey;
}

void gifmill_close_rows(PixelRows *rows)
{
    free(rows->pixels);
    free(rows->grey);
}

/* The lightness of a row of the canvas, with a pixel before and one after it that repeat the edges. */
static int32_t *grey_row(const PixelRows *rows, int y)
{
    return rows->grey + (size_t)(y % 3) * (size_t)(rows->frame->width + 2) + 1;
}

static void fill_grey(const PixelRows *rows, int y)
{
    int width = rows->frame->width;
    const uint8_t *rgb = rows->frame->pixels + 3 * (size_t)y * (size_t)width;
    int32_t *grey = grey_row(rows, y);
    for (int x = 0; x < width; x++, rgb += 3)
        grey[x] = GREY_OF_RED * rgb[0] + GREY_OF_GREEN * rgb[1] + GREY_OF_BLUE * rgb[2];
    grey[-1] = grey[0];
    grey[width] = grey[width - 1];
}

/* Write the colours and activities of a row. */
static void fill_colours(const PixelRows *rows, int y, Pixel *pixel)
{
    const Frame *frame = rows->frame;
    const int32_t *row = grey_row(rows, y), *up = grey_row(rows, y ? y - 1 : y);
    const int32_t *down = grey_row(rows, y < frame->height - 1 ? y + 1 : y);
    const uint8_t *rgb = frame->pixels + 3 * ((size_t)y * (size_t)frame->width + (size_t)frame->left);
    for (int x = frame->left; x < frame->right; x++, pixel++, rgb += 3) {
        int activity = (abs(row[x + 1] - row[x - 1]) + abs(down[x] - up[x])) >> ACTIVITY_BITS;
        pixel->level = levels_of(rgb);
        pixel->activity = (uint8_t)(activity < ACTIVITIES ? activity : ACTIVITIES - 1);
        pixel->shown.linear = FAR;
    }
}

/* Write what is shown before the frame, and which pixels keep it. */
static void fill_shown(const PixelRows *rows, int y, Pixel *pixel)
{
    const Frame *frame = rows->frame;
    size_t at = (size_t)y * (size_t)frame->width + (size_t)frame->left;
    for (int x = frame->left; x < frame->right; x++, pixel++, at++) {
        const uint8_t *shown = frame->shown + 3 * at;
        if (!is_visible(frame, at)) {
            pixel->activity = KEPT;
            pixel->kept_symbol = (uint8_t)frame->clear;
        } else if (can_keep(frame, at)) {
            pixel->shown = (Entry){levels_of(shown), linear_of(rows->search, shown[0], shown[1], shown[2])};
            pixel->kept_symbol = frame->indices ? frame->indices[at] : (uint8_t)frame->clear;
            if (is_unchanged(frame, at))
                pixel->activity = KEPT;
        }
    }
}

void gifmill_fill_row(PixelRows *rows)
{
    const Frame *frame = rows->frame;
    int y = frame->top + rows->filled;
    Pixel *pixels = rows->pixels + (size_t)(rows->filled % rows->capacity) * (size_t)rows->width;
    for (int other = rows->filled ? y + 1 : y - 1; other <= y + 1; other++)
        if (other >= 0 && other < frame->height)
            fill_grey(rows, other);
    fill_colours(rows, y, pixels);
    if (frame->before || frame->visible)
        fill_shown(rows, y, pixels);
    rows->filled++;
}
