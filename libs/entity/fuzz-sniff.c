/* Sniffing says the same however a file's bytes arrive; what it takes for text becomes valid UTF-8, the same
 * in pieces, and goes through the CSV reader. */
#include <stdlib.h>
#include <string.h>

#include "entity/csv.h"
#include "entity/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static MsgCode sniffed(const uint8_t *data, size_t size, size_t step, Encoding *ret)
{
        Sniff *sniff = calloc(1, sizeof *sniff);
        MsgCode code = MSG_MAX;

        if (!sniff)
                abort();
        for (size_t at = 0; code == MSG_MAX && at < size; at += step)
                code = sniff_feed(sniff, data + at, size - at < step ? size - at : step);
        if (code == MSG_MAX)
                code = sniff_end(sniff, ret);
        free(sniff);
        return code;
}

static StrBuf decoded(const uint8_t *data, size_t size, size_t step, Encoding encoding)
{
        Decode decode = {.encoding = encoding};
        StrBuf out = {};
        Str text;

        for (size_t at = 0; at < size; at += step) {
                text = decode_feed(&decode, data + at, size - at < step ? size - at : step);
                strbuf_put(&out, text.p, text.len);
        }
        text = decode_end(&decode);
        strbuf_put(&out, text.p, text.len);
        decode_done(&decode);
        return out;
}

static bool on_row(void *arg, const Str *cells, unsigned n)
{
        return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        size_t step = size ? data[size - 1] % 7 + 1 : 1;
        Encoding encoding = ENCODING_MAX, other = ENCODING_MAX;
        MsgCode code = sniffed(data, size, size ? size : 1, &encoding);

        /* What a later byte refuses may be told with the piece or before it; text is text either way. */
        if (sniffed(data, size, step, &other) != code)
                abort();
        if (code != MSG_MAX)
                return 0;
        if (encoding >= ENCODING_MAX || encoding != other)
                abort();
        StrBuf whole = decoded(data, size, size, encoding), pieces = decoded(data, size, step, encoding);
        if (whole.len != pieces.len || memcmp(whole.p, pieces.p, whole.len) != 0)
                abort();
        if (!utf8_valid((Str){whole.p, whole.len}))
                abort();
        Csv *csv = csv_rows_new(on_row, NULL);
        if (csv_rows_feed(csv, whole.p, whole.len) == 0)
                (void)csv_rows_end(csv);
        (void)csv_rows_free(csv);
        strbuf_done(&whole);
        strbuf_done(&pieces);
        return 0;
}
