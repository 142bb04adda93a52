/* The native library of the effects: C11, called through ctypes from gifmill.effects.native.

   Callers own every buffer and check every size: a function here allocates nothing, never exits, and keeps no state
   between calls. Pictures are rows of sRGB bytes without padding. */
#ifndef GIFMILL_EFFECTS_CORE_H
#define GIFMILL_EFFECTS_CORE_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

#endif
