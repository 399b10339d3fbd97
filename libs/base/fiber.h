#pragma once

#include <stddef.h>

#include "base/sanitizer.h"

#if !defined(__x86_64__)
#define FIBER_UCONTEXT 1
#endif
#ifdef FIBER_UCONTEXT
#include <ucontext.h>
#endif

/* A stack that code can be switched to and from on one thread. Private to libs/base: everyone else sees
 * tasks. */

typedef struct Fiber {
#ifdef FIBER_UCONTEXT
        ucontext_t context;
#else
        void *sp;
#endif
        char *stack;
        size_t size;
        void *fake_stack; /* the address sanitizer's */
        void *tsan;       /* the thread sanitizer's */
} Fiber;

/* The thread's own stack, as the one that others are switched to from. */
void fiber_adopt(Fiber *fiber);
/* `entry` begins at the first switch to the fiber, on `stack`; it must never return. */
void fiber_init(Fiber *fiber, char *stack, size_t size, void (*entry)(void));
/* Gives up the fiber's place with the sanitizers; the stack is the caller's. */
void fiber_done(Fiber *fiber);
/* Goes on in `to`; returns when someone switches back to `from`, the running one. */
void fiber_switch(Fiber *from, Fiber *to);
/* The first thing `entry` does. */
void fiber_entered(void);
