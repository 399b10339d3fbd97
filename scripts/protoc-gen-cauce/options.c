/* Options of ours in descriptors: protobuf-c keeps extensions as unknown fields. Also the lines of elements.
 */
#include "model.h"

#include <string.h>

#include "util.h"

/* An unknown length-delimited field carries its length prefix. */
static Bytes payload(const ProtobufCMessageUnknownField *field)
{
        size_t at = 0;

        while (at < field->len && (field->data[at] & 0x80))
                at++;
        at = at < field->len ? at + 1 : field->len;
        return (Bytes){.len = field->len - at, .data = field->data + at};
}

unsigned option_each(const ProtobufCMessage *options, uint32_t number, Bytes **ret)
{
        unsigned n = 0;

        *ret = NULL;
        if (!options)
                return 0;
        *ret = zalloc(options->n_unknown_fields, sizeof **ret);
        for (unsigned i = 0; i < options->n_unknown_fields; i++) {
                const ProtobufCMessageUnknownField *field = &options->unknown_fields[i];
                if (field->tag == number && field->wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
                        (*ret)[n++] = payload(field);
        }
        return n;
}

bool option_bytes(const ProtobufCMessage *options, uint32_t number, Bytes *ret)
{
        Bytes *each, all = {};
        unsigned n = option_each(options, number, &each);

        for (unsigned i = 0; i < n; i++)
                all.len += each[i].len;
        all.data = zalloc(all.len, 1);
        all.len = 0;
        for (unsigned i = 0; i < n; i++) {
                memcpy(all.data + all.len, each[i].data, each[i].len);
                all.len += each[i].len;
        }
        *ret = all;
        return n > 0;
}

int line_of(const FilePb *file, const int32_t *path, unsigned n)
{
        const Google__Protobuf__SourceCodeInfo *info = file->source_code_info;

        for (; n > 0; n--) /* an element without a place of its own has its parent's */
                for (size_t i = 0; info && i < info->n_location; i++) {
                        const Google__Protobuf__SourceCodeInfo__Location *at = info->location[i];
                        if (at->n_path == n && at->n_span > 0 &&
                                memcmp(at->path, path, n * sizeof *path) == 0)
                                return at->span[0] + 1;
                }
        return 1;
}
