/* Whatever a file is called, its header is one line of ASCII with two closed parts, and its name no path. */
#include <stdlib.h>
#include <string.h>

#include "disposition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const char begin[] = "attachment; filename=\"";
        Arena *arena = arena_new();
        Str name = {(const char *)data, size}, safe = disposition_name(arena, name);
        const char *header = disposition_of(arena, name);

        if (!utf8_valid(safe) || safe.len < 5 || safe.len > 160 || safe.p[0] == '.')
                abort();
        for (size_t i = 0; i < safe.len; i++)
                if (memchr("/\\\r\n\"", safe.p[i], 5) || (uint8_t)safe.p[i] < 0x20)
                        abort();
        if (strncmp(header, begin, sizeof begin - 1) != 0)
                abort();
        const char *quote = strchr(header + sizeof begin - 1, '"');
        if (!quote || (quote[1] && strncmp(quote, "\"; filename*=UTF-8''", 20) != 0) ||
                strchr(quote + 1, '"'))
                abort();
        for (const char *p = header; *p; p++)
                if (*p < 0x20 || *p > 0x7e)
                        abort();
        (void)arena_free(arena);
        return 0;
}
