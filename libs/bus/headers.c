/* Owns the text form of message headers: the context that travels with a request, and the reading of blocks
 * that others wrote. nats.c's own header functions cost a hash table and a dozen allocations per message on
 * each side. */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "bus/headers.h"

#define MAGIC STR("NATS/1.0")

static bool printable(Str value)
{
        for (size_t i = 0; i < value.len; i++)
                if (value.p[i] < 0x20 || value.p[i] > 0x7e)
                        return false;
        return true;
}

static char *append(char *at, Str text)
{
        memcpy(at, text.p, text.len);
        return at + text.len;
}

void headers_put(HeaderBlock *block, Str name, Str value)
{
        if (block->overflow || !printable(value) ||
                name.len + value.len + 4 > sizeof block->text - 1 - block->len) {
                block->overflow = true;
                return;
        }
        char *at = append(block->text + block->len, name);
        at = append(at, STR(": "));
        at = append(at, value);
        at = append(at, STR("\r\n"));
        block->len = (size_t)(at - block->text);
}

/* Decimal digits of `value` at `at`; returns the end. */
static char *put_digits(char *at, uint64_t value)
{
        char digits[20];
        unsigned n = 0;
        do
                digits[n++] = (char)('0' + value % 10);
        while (value /= 10);
        while (n > 0)
                *at++ = digits[--n];
        return at;
}

void headers_put_u64(HeaderBlock *block, Str name, uint64_t value)
{
        char text[20];
        headers_put(block, name, (Str){text, (size_t)(put_digits(text, value) - text)});
}

static bool key_valid(Str key)
{
        return key.len > 0 && key.len <= IDEMPOTENCY_KEY_MAX && printable(key) && key.p[0] != ' ' &&
               key.p[key.len - 1] != ' ';
}

#define KEY_MARK STR(" key")

/* "user session epoch", and " key" when the session is an API key. */
static void put_principal(HeaderBlock *block, const CallContext *context)
{
        char text[2 * UUID_TEXT + 2 + 20 + 4];
        uuid_format(&context->user, text);
        text[UUID_TEXT] = ' ';
        uuid_format(&context->session, text + UUID_TEXT + 1);
        char *at = text + 2 * UUID_TEXT + 1;
        *at++ = ' ';
        at = put_digits(at, context->epoch);
        if (context->key)
                at = append(at, KEY_MARK);
        headers_put(block, STR("Cauce-Principal"), (Str){text, (size_t)(at - text)});
}

int headers_put_context(HeaderBlock *block, const CallContext *context, int64_t deadline)
{
        if (context->trace[0]) {
                char trace[56];
                context_traceparent(context, trace);
                headers_put(block, STR("traceparent"), (Str){trace, sizeof trace - 1});
        }
        if (!uuid_is_nil(&context->user) || !uuid_is_nil(&context->session) || context->epoch > 0 ||
                context->key)
                put_principal(block, context);
        headers_put_u64(block, STR("Cauce-Deadline"), (uint64_t)deadline);
        headers_put(block, STR("Cauce-Lang"), str_of(lang_tag(context->lang)));
        if (context->idempotency_key) {
                Str key = str_of(context->idempotency_key);
                if (!key_valid(key))
                        return -EINVAL;
                headers_put(block, STR("Cauce-Idempotency-Key"), key);
        }
        return block->overflow ? -EINVAL : 0;
}

int headers_begin(HeaderReader *reader, Str block)
{
        const char *line = block.len > 0 ? memchr(block.p, '\n', block.len) : NULL;
        if (!line || block.len > HEADERS_IN_MAX || block.len < MAGIC.len ||
                memcmp(block.p, MAGIC.p, MAGIC.len) != 0 || line[-1] != '\r')
                return -EINVAL;
        *reader = (HeaderReader){.p = line + 1, .end = block.p + block.len};
        return 0;
}

int headers_next(HeaderReader *reader, Str *ret_name, Str *ret_value)
{
        const char *p = reader->p;
        size_t left = (size_t)(reader->end - p);
        if (left == 2 && p[0] == '\r' && p[1] == '\n')
                return 0;
        const char *eol = left > 0 ? memchr(p, '\n', left) : NULL;
        if (!eol || eol == p || eol[-1] != '\r')
                return -EINVAL;
        const char *colon = memchr(p, ':', (size_t)(eol - p));
        if (!colon || colon == p)
                return -EINVAL;
        Str name = {p, (size_t)(colon - p)};
        Str value = {colon + 1, (size_t)(eol - 1 - (colon + 1))};
        for (size_t i = 0; i < name.len; i++)
                if (name.p[i] <= ' ' || name.p[i] > 0x7e)
                        return -EINVAL;
        for (size_t i = 0; i < value.len; i++)
                if ((unsigned char)value.p[i] < ' ' && value.p[i] != '\t')
                        return -EINVAL;
        reader->p = eol + 1;
        *ret_name = name;
        *ret_value = str_trim(value);
        return 1;
}

static bool name_is(Str name, Str expected)
{
        return name.len == expected.len && strncasecmp(name.p, expected.p, name.len) == 0;
}

Str headers_find(Str block, Str name)
{
        HeaderReader reader;
        Str key, value;
        if (headers_begin(&reader, block) < 0)
                return (Str){};
        while (headers_next(&reader, &key, &value) > 0)
                if (name_is(key, name))
                        return value;
        return (Str){};
}

int headers_status(Str block)
{
        if (block.len < MAGIC.len + 4 || memcmp(block.p, MAGIC.p, MAGIC.len) != 0 ||
                block.p[MAGIC.len] != ' ')
                return 0;
        uint32_t status;
        return parse_u32((Str){block.p + MAGIC.len + 1, 3}, &status) < 0 ? 0 : (int)status;
}

static int parse_principal(CallContext *context, Str value)
{
        Uuid user, session;
        int64_t epoch;
        bool key = false;
        if (value.len < 2 * UUID_TEXT + 3 || value.p[UUID_TEXT] != ' ' || value.p[2 * UUID_TEXT + 1] != ' ')
                return -EINVAL;
        Str last = {value.p + 2 * UUID_TEXT + 2, value.len - (2 * UUID_TEXT + 2)};
        Str mark = KEY_MARK;
        if (last.len > mark.len && memcmp(last.p + last.len - mark.len, mark.p, mark.len) == 0) {
                key = true;
                last.len -= mark.len;
        }
        if (uuid_parse((Str){value.p, UUID_TEXT}, &user) < 0 ||
                uuid_parse((Str){value.p + UUID_TEXT + 1, UUID_TEXT}, &session) < 0 ||
                parse_i64(last, &epoch) < 0 || epoch < 0)
                return -EINVAL;
        context->user = user;
        context->session = session;
        context->key = key;
        context->epoch = (uint64_t)epoch;
        return 0;
}

static int parse_deadline(CallContext *context, Str value)
{
        int64_t deadline;
        if (parse_i64(value, &deadline) < 0 || deadline <= 0)
                return -EINVAL;
        context->deadline = deadline;
        return 0;
}

static int parse_lang(CallContext *context, Str value)
{
        for (Lang lang = 0; lang < LANG_MAX; lang++)
                if (str_is(value, lang_tag(lang))) {
                        context->lang = lang;
                        return 0;
                }
        return -EINVAL;
}

enum Known { TRACEPARENT, PRINCIPAL, DEADLINE, LANGUAGE, IDEMPOTENCY_KEY, KNOWN_MAX };

static enum Known known_header(Str name)
{
        static const Str names[KNOWN_MAX] = {
                [TRACEPARENT] = STR("traceparent"),
                [PRINCIPAL] = STR("Cauce-Principal"),
                [DEADLINE] = STR("Cauce-Deadline"),
                [LANGUAGE] = STR("Cauce-Lang"),
                [IDEMPOTENCY_KEY] = STR("Cauce-Idempotency-Key"),
        };
        for (enum Known i = 0; i < KNOWN_MAX; i++)
                if (name_is(name, names[i]))
                        return i;
        return KNOWN_MAX;
}

static int parse_known(Arena *arena, CallContext *context, enum Known header, Str value)
{
        switch (header) {
        case TRACEPARENT:
                return context_parse_traceparent(context, value);
        case PRINCIPAL:
                return parse_principal(context, value);
        case DEADLINE:
                return parse_deadline(context, value);
        case LANGUAGE:
                return parse_lang(context, value);
        case IDEMPOTENCY_KEY:
                if (!key_valid(value))
                        return -EINVAL;
                context->idempotency_key = arena_strndup(arena, value.p, value.len);
                return 0;
        case KNOWN_MAX:
                break;
        }
        return 0;
}

int headers_parse_context(Arena *arena, Str block, CallContext *ret)
{
        CallContext context = {};
        HeaderReader reader;
        Str name, value;
        unsigned seen = 0;
        int r = block.len == 0 ? 0 : headers_begin(&reader, block);
        if (r < 0)
                return r;
        while (block.len > 0 && (r = headers_next(&reader, &name, &value)) > 0) {
                enum Known header = known_header(name);
                if (header == KNOWN_MAX)
                        continue;
                if (seen & 1u << header)
                        return -EINVAL;
                seen |= 1u << header;
                if (parse_known(arena, &context, header, value) < 0)
                        return -EINVAL;
        }
        if (r < 0)
                return r;
        *ret = context;
        return 0;
}
