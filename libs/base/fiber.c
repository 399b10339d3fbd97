/* Switching stacks. On x86-64 a dozen instructions (5 ns there and back); elsewhere ucontext, which makes two
 * system calls each way (300 ns). The sanitizers are told of every switch. */
#include <pthread.h>
#include <stdint.h>

#include "base/fiber.h"

#if UNDER_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#if UNDER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

#ifdef FIBER_UCONTEXT

static void raw_init(Fiber *fiber, void (*entry)(void))
{
        (void)getcontext(&fiber->context);
        fiber->context.uc_stack.ss_sp = fiber->stack;
        fiber->context.uc_stack.ss_size = fiber->size;
        fiber->context.uc_link = NULL;
        makecontext(&fiber->context, entry, 0);
}

static void raw_switch(Fiber *from, Fiber *to)
{
        (void)swapcontext(&from->context, &to->context);
}

#else

/* Saves what the System V ABI has a callee keep and goes on where `to` was saved. */
void fiber_stack_switch(void **save_sp, void *to);
__asm__(".text\n"
        ".globl fiber_stack_switch\n"
        ".hidden fiber_stack_switch\n"
        ".type fiber_stack_switch, @function\n"
        "fiber_stack_switch:\n"
        "        pushq %rbp\n"
        "        pushq %rbx\n"
        "        pushq %r12\n"
        "        pushq %r13\n"
        "        pushq %r14\n"
        "        pushq %r15\n"
        "        movq %rsp, (%rdi)\n"
        "        movq %rsi, %rsp\n"
        "        popq %r15\n"
        "        popq %r14\n"
        "        popq %r13\n"
        "        popq %r12\n"
        "        popq %rbx\n"
        "        popq %rbp\n"
        "        ret\n"
        ".size fiber_stack_switch, . - fiber_stack_switch\n");

/* Top down: a zero where entry's return address would be (it ends backtraces and leaves the stack aligned as
 * after a call), entry itself for the first `ret`, six zeroes for the registers. */
static void raw_init(Fiber *fiber, void (*entry)(void))
{
        uintptr_t *top = (uintptr_t *)(void *)(fiber->stack + fiber->size);

        top[-3] = 0;
        top[-4] = (uintptr_t)entry;
        for (int i = 5; i <= 10; i++)
                top[-i] = 0;
        fiber->sp = top - 10;
}

static void raw_switch(Fiber *from, Fiber *to)
{
        fiber_stack_switch(&from->sp, to->sp);
}

#endif

void fiber_adopt(Fiber *fiber)
{
        *fiber = (Fiber){.stack = NULL};
#if UNDER_ASAN
        pthread_attr_t attr;
        void *stack = NULL;
        if (pthread_getattr_np(pthread_self(), &attr) == 0) {
                (void)pthread_attr_getstack(&attr, &stack, &fiber->size);
                (void)pthread_attr_destroy(&attr);
        }
        fiber->stack = stack;
#endif
#if UNDER_TSAN
        fiber->tsan = __tsan_get_current_fiber();
#endif
}

void fiber_init(Fiber *fiber, char *stack, size_t size, void (*entry)(void))
{
        *fiber = (Fiber){.stack = stack, .size = size};
#if UNDER_TSAN
        fiber->tsan = __tsan_create_fiber(0);
#endif
        raw_init(fiber, entry);
}

void fiber_done(Fiber *fiber)
{
#if UNDER_TSAN
        __tsan_destroy_fiber(fiber->tsan);
#endif
        MEMORY_UNPOISON(fiber->stack, fiber->size);
        *fiber = (Fiber){.stack = NULL};
}

void fiber_switch(Fiber *from, Fiber *to)
{
#if UNDER_ASAN
        __sanitizer_start_switch_fiber(&from->fake_stack, to->stack, to->size);
#endif
#if UNDER_TSAN
        __tsan_switch_to_fiber(to->tsan, 0);
#endif
        raw_switch(from, to);
#if UNDER_ASAN
        __sanitizer_finish_switch_fiber(from->fake_stack, NULL, NULL);
#endif
}

void fiber_entered(void)
{
#if UNDER_ASAN
        __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
#endif
}
