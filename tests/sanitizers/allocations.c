/* Counts the allocations of the native core, and lets one fail. For tests only: the linker's option --wrap sends the
   core's calls here (sanitized_libraries.py). */
#include "core.h"

#include <stdatomic.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);

static atomic_long live, until_failure;  /* until_failure: 1 for the next allocation; 0 or less: none fails */

EXPORT int64_t gifmill_live_allocations(void)
{
    return live;
}

EXPORT void gifmill_fail_allocation(int64_t number)
{
    until_failure = number;
}

static int fails(void)
{
    return atomic_fetch_sub(&until_failure, 1) == 1;
}

static void *counted(void *memory)
{
    live += memory != NULL;
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : counted(__real_aligned_alloc(alignment, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    if (fails())
        return NULL;
    return memory ? __real_realloc(memory, size) : counted(__real_realloc(memory, size));
}

void __wrap_free(void *memory)
{
    live -= memory != NULL;
    __real_free(memory);
}
