/* No bytes but those that were signed are a cursor. */
#include <stdlib.h>

#include "entity/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const Store stores[] = {STORE_TEXT, STORE_TIME, STORE_UUID};
        static const uint8_t key[32] = {1, 2, 3};
        Arena *arena = arena_new();
        Cursor cursor;

        cursor_secret(key);
        for (unsigned n = 0; n <= 3; n++)
                if (cursor_read(arena, (Str){(const char *)data, size}, stores, n, STR("q"), &cursor) == 0) {
                        const char *again = cursor_write(arena, &cursor, stores, STR("q"));
                        if (!str_is((Str){(const char *)data, size}, again))
                                abort();
                }
        /* What is written is read back. */
        const Cursor own = {.n = 1, .keys = {{.text = {(const char *)data, size < 2000 ? size : 2000}}}};
        if (cursor_read(arena, str_of(cursor_write(arena, &own, stores, STR("q"))), stores, 1, STR("q"),
                    &cursor) != 0)
                abort();
        (void)arena_free(arena);
        return 0;
}
