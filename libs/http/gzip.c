/* Packing answers. */

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "http/gzip.h"

#define SHORT 1400 /* goes in one packet anyway */
#define LEVEL 2    /* a list of 40 kB: a sixth of it, in a third of a millisecond */

struct Gzip {
        z_stream stream;
};

/* "q=0", "q=0.000": refused. */
static bool refused(Str weight)
{
        if (weight.len < 3 || (weight.p[0] | 0x20) != 'q' || weight.p[1] != '=')
                return false;
        for (size_t i = 2; i < weight.len; i++)
                if (weight.p[i] != '0' && weight.p[i] != '.')
                        return false;
        return true;
}

bool gzip_accepted(Str list)
{
        bool any = false;

        for (Str item, coding; str_take(&list, ',', &item);) {
                if (!str_take(&item, ';', &coding))
                        continue;
                coding = str_trim(coding);
                bool taken = !refused(str_trim(item));
                if (coding.len == 4 && strncasecmp(coding.p, "gzip", 4) == 0)
                        return taken;
                if (str_is(coding, "*"))
                        any = taken;
        }
        return any;
}

bool gzip_worthwhile(const char *type, size_t len)
{
        return len >= SHORT && type &&
               (strncmp(type, "text/", 5) == 0 || strstr(type, "json") || strstr(type, "javascript") ||
                       strstr(type, "svg"));
}

Gzip *gzip_new(void)
{
        Gzip *gzip = calloc(1, sizeof *gzip);

        /* 16 + 15: gzip's frame, the largest window. */
        if (!gzip || deflateInit2(&gzip->stream, LEVEL, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
                abort();
        return gzip;
}

Gzip *gzip_free(Gzip *gzip)
{
        if (gzip)
                (void)deflateEnd(&gzip->stream);
        free(gzip);
        return NULL;
}

Str gzip_pack(Gzip *gzip, Arena *arena, const void *data, size_t len)
{
        z_stream *stream = &gzip->stream;

        if (deflateReset(stream) != Z_OK)
                abort();
        size_t room = deflateBound(stream, len);
        uint8_t *out = arena_alloc(arena, room);
        stream->next_in = (Bytef *)(uintptr_t)data;
        stream->avail_in = (uInt)len;
        stream->next_out = out;
        stream->avail_out = (uInt)room;
        if (deflate(stream, Z_FINISH) != Z_STREAM_END)
                abort(); /* deflateBound is an upper bound */
        return (Str){(char *)out, room - stream->avail_out};
}
