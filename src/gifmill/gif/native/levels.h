/* A colour as red, green, blue and a zero in 16 bits each, or a difference of two. */
#ifndef GIFMILL_LEVELS_H
#define GIFMILL_LEVELS_H

#include "metric.h"

/* 32-bit x86 has no _mm_cvtsi64_si128. */
#if defined(__x86_64__) && defined(__SSE2__)
#define HAS_SSE2
#include <emmintrin.h>
#endif

typedef int16_t Levels __attribute__((vector_size(8)));

static inline Levels levels_of(const uint8_t *rgb)
{
    return (Levels){rgb[0], rgb[1], rgb[2], 0};
}

/* Limit all lanes to 0 to 255. */
static inline Levels limited(Levels levels)
{
#if defined(HAS_SSE2)
    __m128i wide = _mm_cvtsi64_si128((int64_t)levels);
    wide = _mm_min_epi16(_mm_max_epi16(wide, _mm_setzero_si128()), _mm_set1_epi16(255));
    return (Levels)_mm_cvtsi128_si64(wide);
#else
    const Levels most = {255, 255, 255, 255};
    Levels above = levels > most;
    levels = (levels & ~above) | (most & above);
    return levels & ~(levels < 0);
#endif
}

/* The squared distance of two points. */
static inline int32_t distance(Levels a, Levels b)
{
    Levels difference = a - b;
#if defined(HAS_SSE2)
    __m128i squares = _mm_cvtsi64_si128((int64_t)difference);
    squares = _mm_madd_epi16(squares, squares);
    return _mm_cvtsi128_si32(_mm_add_epi32(squares, _mm_shuffle_epi32(squares, 1)));
#else
    Integers squares = __builtin_convertvector(difference, Integers);
    squares *= squares;
    return squares[0] + squares[1] + squares[2] + squares[3];
#endif
}

#endif
