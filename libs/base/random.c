/* getrandom in pieces of 512 bytes, a buffer for each thread. A forked child starts with an empty one. */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/random.h"

static _Thread_local uint8_t pool[512];
static _Thread_local size_t left;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void forget(void)
{
        left = 0;
}

static void watch_fork(void)
{
        (void)pthread_atfork(NULL, NULL, forget);
}

static void fill_from_kernel(uint8_t *data, size_t len)
{
        while (len) {
                ssize_t n = getrandom(data, len, 0);
                if (n < 0 && errno != EINTR)
                        abort();
                if (n > 0) {
                        data += n;
                        len -= (size_t)n;
                }
        }
}

void random_fill(void *data, size_t len)
{
        if (len > sizeof pool) {
                fill_from_kernel(data, len);
                return;
        }
        if (left < len) {
                (void)pthread_once(&once, watch_fork);
                fill_from_kernel(pool, sizeof pool);
                left = sizeof pool;
        }
        left -= len;
        memcpy(data, pool + left, len);
        memset(pool + left, 0, len);
}
