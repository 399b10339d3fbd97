#pragma once

/* Which sanitizer this build runs under, the same for gcc and clang; and the address sanitizer's poison,
 * which is nothing without it. Private to libs/base. */

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN 1
#endif
#endif

#ifndef UNDER_ASAN
#define UNDER_ASAN 0
#endif
#ifndef UNDER_TSAN
#define UNDER_TSAN 0
#endif

#if UNDER_ASAN
#include <sanitizer/asan_interface.h>
#include <stddef.h>
/* Not inline: gcc takes poisoning fresh memory for reading it. */
__attribute__((noinline, unused)) static void memory_poison(void *p, size_t n)
{
        __asan_poison_memory_region(p, n);
}
#define MEMORY_POISON(p, n)   memory_poison((p), (n))
#define MEMORY_UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
#define MEMORY_REDZONE        16
#else
#define MEMORY_POISON(p, n)   ((void)0)
#define MEMORY_UNPOISON(p, n) ((void)0)
#define MEMORY_REDZONE        0
#endif
