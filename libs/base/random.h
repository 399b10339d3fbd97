#pragma once

#include <stddef.h>

/* Random bytes from the kernel by way of a buffer: cheap enough for an id each. For ids, not for keys or
 * tokens (those come from libsodium): the buffer's next bytes lie in memory. */
void random_fill(void *data, size_t len);
