#pragma once

#include <stdlib.h>

/* Zeroed memory on the heap; running out of it aborts. Private to libs/pg. */
static inline void *heap_new(size_t size)
{
        void *memory = calloc(1, size);

        if (!memory)
                abort();
        return memory;
}
