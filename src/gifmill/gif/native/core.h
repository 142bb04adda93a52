/* The encoder's native core: C11, called through ctypes from gifmill.gif.native.

   Callers own every buffer and check every size: a function here never allocates what it does not free, never
   exits, and keeps no state between calls. All pixels are rows of bytes without padding. */
#ifndef GIFMILL_CORE_H
#define GIFMILL_CORE_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

#endif
