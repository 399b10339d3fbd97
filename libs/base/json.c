/* The strict JSON reader and the writer's string escape. Owns nothing: texts point into the input, or into
 * the arena when an escape had to be undone. Strings are scanned eight bytes at a time; UTF-8 is checked only
 * where a byte outside ASCII was seen. */

#include <endian.h>
#include <string.h>

#include "base/json.h"

enum { IN_ARRAY, IN_OBJECT };

enum {
        WANT_VALUE,
        WANT_VALUE_OR_END, /* after '[' */
        WANT_KEY,          /* after ',' in an object */
        WANT_KEY_OR_END,   /* after '{' */
        WANT_COMMA_OR_END,
        WANT_NOTHING, /* the top value is over */
        FAILED,
};

static bool refuse(JsonReader *reader, const char *error)
{
        reader->state = FAILED;
        reader->error = error;
        return false;
}

static JsonToken fail(JsonReader *reader, const char *error)
{
        (void)refuse(reader, error);
        return JSON_ERROR;
}

static JsonToken unexpected(JsonReader *reader)
{
        return fail(reader, reader->at < reader->input.len ? "unexpected byte" : "unexpected end");
}

void json_init(JsonReader *reader, Arena *arena, Str input)
{
        *reader = (JsonReader){.arena = arena, .input = input, .state = WANT_VALUE};
}

#define EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* The high bit of the first byte of `word` that is a quote, a backslash or a control character; what stands
 * above it may be set wrongly. */
static uint64_t plain_ends(uint64_t word)
{
        uint64_t quote = word ^ EACH_BYTE('"'), backslash = word ^ EACH_BYTE('\\');
        uint64_t hits = (word - EACH_BYTE(0x20)) & ~word;
        hits |= (quote - EACH_BYTE(1)) & ~quote;
        hits |= (backslash - EACH_BYTE(1)) & ~backslash;
        return hits & EACH_BYTE(0x80);
}

/* The last few bytes, of which there are fewer than a word's. */
static __attribute__((noinline)) size_t plain_tail(const char *p, size_t len, bool *high)
{
        size_t n = 0;
        for (; n < len; n++) {
                unsigned char c = (unsigned char)p[n];
                if (c < 0x20 || c == '"' || c == '\\')
                        break;
                *high |= c >= 0x80;
        }
        return n;
}

/* How many bytes may stand in a JSON string as they are. Sets *high when one of them is not ASCII. */
static size_t plain_run(const char *p, size_t len, bool *high)
{
        uint64_t seen = 0, word, hits;
        size_t n = 0;
        for (; len - n >= sizeof word; n += sizeof word) {
                memcpy(&word, p + n, sizeof word);
                word = le64toh(word);
                hits = plain_ends(word);
                if (hits != 0) {
                        unsigned bit = (unsigned)__builtin_ctzll(hits);
                        seen |= word & ((UINT64_C(1) << bit) - 1);
                        *high |= (seen & EACH_BYTE(0x80)) != 0;
                        return n + bit / 8;
                }
                seen |= word;
        }
        *high |= (seen & EACH_BYTE(0x80)) != 0;
        return n + plain_tail(p + n, len - n, high);
}

/* Four hexadecimal digits at `at`, or -1. */
static int32_t hex4(Str in, size_t at)
{
        if (in.len - at < 4)
                return -1;
        int32_t value = 0;
        for (size_t i = 0; i < 4; i++) {
                int digit = hex_value(in.p[at + i]);
                if (digit < 0)
                        return -1;
                value = value << 4 | digit;
        }
        return value;
}

/* Reads the escape whose 'u' is at *at; leaves *at behind it. The code point, or -1 with the reader's error
 * set. */
static int32_t read_unicode(JsonReader *reader, size_t *at)
{
        Str in = reader->input;
        int32_t high = hex4(in, *at + 1);
        *at += 5;
        if (high < 0) {
                (void)refuse(reader, "bad escape");
                return -1;
        }
        if (high == 0) {
                (void)refuse(reader, "\\u0000");
                return -1;
        }
        if (high < 0xd800 || high > 0xdfff)
                return high;
        int32_t low = -1;
        if (high < 0xdc00 && *at < in.len && in.len - *at >= 6 && in.p[*at] == '\\' && in.p[*at + 1] == 'u')
                low = hex4(in, *at + 2);
        if (low < 0xdc00 || low > 0xdfff) {
                (void)refuse(reader, "lone surrogate");
                return -1;
        }
        *at += 6;
        return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static size_t put_utf8(char *p, uint32_t c)
{
        if (c < 0x80) {
                p[0] = (char)c;
                return 1;
        }
        if (c < 0x800) {
                p[0] = (char)(0xc0 | c >> 6);
                p[1] = (char)(0x80 | (c & 0x3f));
                return 2;
        }
        if (c < 0x10000) {
                p[0] = (char)(0xe0 | c >> 12);
                p[1] = (char)(0x80 | (c >> 6 & 0x3f));
                p[2] = (char)(0x80 | (c & 0x3f));
                return 3;
        }
        p[0] = (char)(0xf0 | c >> 18);
        p[1] = (char)(0x80 | (c >> 12 & 0x3f));
        p[2] = (char)(0x80 | (c >> 6 & 0x3f));
        p[3] = (char)(0x80 | (c & 0x3f));
        return 4;
}

static char simple_escape(char c)
{
        switch (c) {
        case '"':
        case '\\':
        case '/':
                return c;
        case 'b':
                return '\b';
        case 'f':
                return '\f';
        case 'n':
                return '\n';
        case 'r':
                return '\r';
        case 't':
                return '\t';
        default:
                return 0;
        }
}

/* Where the string that starts at `at` ends, at most: the first quote with no backslash before it. */
static size_t string_bound(Str in, size_t at)
{
        for (; at < in.len && in.p[at] != '"'; at++)
                if (in.p[at] == '\\')
                        at++;
        return at < in.len ? at : in.len;
}

/* The rest of a string from its first escape on; `from` is its first byte. */
static bool read_escaped(JsonReader *reader, size_t from, bool high)
{
        Str in = reader->input;
        size_t at = reader->at;
        char *out = arena_alloc(reader->arena, string_bound(in, at) - from + 1);
        size_t n = at - from;
        memcpy(out, in.p + from, n);
        for (;;) {
                size_t run = plain_run(in.p + at, in.len - at, &high);
                memcpy(out + n, in.p + at, run);
                n += run;
                at += run;
                if (at >= in.len || (in.p[at] == '\\' && at + 1 >= in.len))
                        return refuse(reader, "unexpected end");
                if (in.p[at] == '"')
                        break;
                if (in.p[at] != '\\')
                        return refuse(reader, "control character");
                at++;
                if (in.p[at] == 'u') {
                        int32_t c = read_unicode(reader, &at);
                        if (c < 0)
                                return false;
                        n += put_utf8(out + n, (uint32_t)c);
                        continue;
                }
                out[n] = simple_escape(in.p[at]);
                if (out[n] == 0)
                        return refuse(reader, "bad escape");
                n++;
                at++;
        }
        out[n] = 0;
        reader->text = (Str){out, n};
        reader->at = at + 1;
        if (high && !utf8_valid(reader->text))
                return refuse(reader, "utf-8");
        return true;
}

/* Reads the string whose opening quote is at `at`. */
static bool read_string(JsonReader *reader)
{
        Str in = reader->input;
        size_t from = reader->at + 1;
        bool high = false;
        size_t at = from + plain_run(in.p + from, in.len - from, &high);
        if (at >= in.len)
                return refuse(reader, "unexpected end");
        if (in.p[at] == '\\') {
                reader->at = at;
                return read_escaped(reader, from, high);
        }
        if (in.p[at] != '"')
                return refuse(reader, "control character");
        reader->text = (Str){in.p + from, at - from};
        reader->at = at + 1;
        if (high && !utf8_valid(reader->text))
                return refuse(reader, "utf-8");
        return true;
}

static size_t digits(Str in, size_t at)
{
        size_t n = 0;
        while (at + n < in.len && in.p[at + n] >= '0' && in.p[at + n] <= '9')
                n++;
        return n;
}

static bool read_number(JsonReader *reader)
{
        Str in = reader->input;
        size_t from = reader->at, at = from;
        if (in.p[at] == '-')
                at++;
        size_t n = digits(in, at);
        if (n == 0 || (n > 1 && in.p[at] == '0'))
                return refuse(reader, "bad number");
        at += n;
        if (at < in.len && in.p[at] == '.') {
                n = digits(in, at + 1);
                if (n == 0)
                        return refuse(reader, "bad number");
                at += n + 1;
        }
        if (at < in.len && (in.p[at] == 'e' || in.p[at] == 'E')) {
                at++;
                if (at < in.len && (in.p[at] == '+' || in.p[at] == '-'))
                        at++;
                n = digits(in, at);
                if (n == 0)
                        return refuse(reader, "bad number");
                at += n;
        }
        reader->text = (Str){in.p + from, at - from};
        reader->at = at;
        return true;
}

static void value_over(JsonReader *reader)
{
        reader->state = reader->depth > 0 ? WANT_COMMA_OR_END : WANT_NOTHING;
}

static JsonToken read_word(JsonReader *reader, Str word, JsonToken token)
{
        if (reader->input.len - reader->at < word.len ||
                memcmp(reader->input.p + reader->at, word.p, word.len) != 0)
                return unexpected(reader);
        reader->at += word.len;
        value_over(reader);
        return token;
}

static JsonToken begin(JsonReader *reader, uint8_t kind)
{
        if (reader->depth >= JSON_DEPTH_MAX)
                return fail(reader, "depth");
        reader->stack[reader->depth++] = kind;
        reader->at++;
        reader->state = kind == IN_OBJECT ? WANT_KEY_OR_END : WANT_VALUE_OR_END;
        return kind == IN_OBJECT ? JSON_OBJECT_BEGIN : JSON_ARRAY_BEGIN;
}

static JsonToken end(JsonReader *reader)
{
        uint8_t kind = reader->stack[reader->depth - 1];
        if (reader->at >= reader->input.len || reader->input.p[reader->at] != (kind == IN_OBJECT ? '}' : ']'))
                return unexpected(reader);
        reader->at++;
        reader->depth--;
        value_over(reader);
        return kind == IN_OBJECT ? JSON_OBJECT_END : JSON_ARRAY_END;
}

static void skip_blanks(JsonReader *reader)
{
        Str in = reader->input;
        size_t at = reader->at;
        while (at < in.len && (in.p[at] == ' ' || in.p[at] == '\n' || in.p[at] == '\r' || in.p[at] == '\t'))
                at++;
        reader->at = at;
}

static JsonToken read_value(JsonReader *reader)
{
        if (reader->at >= reader->input.len)
                return unexpected(reader);
        switch (reader->input.p[reader->at]) {
        case '"':
                if (!read_string(reader))
                        return JSON_ERROR;
                value_over(reader);
                return JSON_STRING;
        case '{':
                return begin(reader, IN_OBJECT);
        case '[':
                return begin(reader, IN_ARRAY);
        case 't':
                return read_word(reader, STR("true"), JSON_TRUE);
        case 'f':
                return read_word(reader, STR("false"), JSON_FALSE);
        case 'n':
                return read_word(reader, STR("null"), JSON_NULL);
        case '-':
        case '0' ... '9':
                if (!read_number(reader))
                        return JSON_ERROR;
                value_over(reader);
                return JSON_NUMBER;
        default:
                return unexpected(reader);
        }
}

static JsonToken read_key(JsonReader *reader)
{
        if (reader->at >= reader->input.len || reader->input.p[reader->at] != '"')
                return unexpected(reader);
        if (!read_string(reader))
                return JSON_ERROR;
        skip_blanks(reader);
        if (reader->at >= reader->input.len || reader->input.p[reader->at] != ':')
                return unexpected(reader);
        reader->at++;
        reader->state = WANT_VALUE;
        return JSON_KEY;
}

JsonToken json_next(JsonReader *reader)
{
        if (reader->state == FAILED)
                return JSON_ERROR;
        skip_blanks(reader);
        bool more = reader->at < reader->input.len;
        char c = more ? reader->input.p[reader->at] : 0;
        switch (reader->state) {
        case WANT_NOTHING:
                return more ? fail(reader, "trailing bytes") : JSON_END;
        case WANT_KEY_OR_END:
                return c == '}' ? end(reader) : read_key(reader);
        case WANT_VALUE_OR_END:
                return c == ']' ? end(reader) : read_value(reader);
        case WANT_KEY:
                return read_key(reader);
        case WANT_COMMA_OR_END:
                if (c != ',')
                        return end(reader);
                reader->at++;
                skip_blanks(reader);
                return reader->stack[reader->depth - 1] == IN_OBJECT ? read_key(reader) : read_value(reader);
        default:
                return read_value(reader);
        }
}

bool json_skip(JsonReader *reader, JsonToken first)
{
        if (first != JSON_OBJECT_BEGIN && first != JSON_ARRAY_BEGIN)
                return first != JSON_ERROR;
        unsigned outside = reader->depth - 1;
        while (reader->depth > outside)
                if (json_next(reader) == JSON_ERROR)
                        return false;
        return true;
}

static void put_escape(StrBuf *buf, unsigned char c)
{
        static const char hex[] = "0123456789abcdef";
        switch (c) {
        case '"':
                strbuf_put(buf, "\\\"", 2);
                return;
        case '\\':
                strbuf_put(buf, "\\\\", 2);
                return;
        case '\n':
                strbuf_put(buf, "\\n", 2);
                return;
        case '\r':
                strbuf_put(buf, "\\r", 2);
                return;
        case '\t':
                strbuf_put(buf, "\\t", 2);
                return;
        default:
                strbuf_put(buf, (const char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
        }
}

void json_put_string(StrBuf *buf, Str text)
{
        bool high = false;
        size_t run = plain_run(text.p, text.len, &high);
        char *out = strbuf_reserve(buf, run + 3);
        size_t n = 0;
        out[n++] = '"';
        if (run > 0)
                memcpy(out + n, text.p, run);
        n += run;
        if (run == text.len) {
                out[n++] = '"';
                out[n] = 0;
                buf->len += n;
                return;
        }
        buf->len += n;
        for (size_t at = run; at < text.len;) {
                put_escape(buf, (unsigned char)text.p[at++]);
                run = plain_run(text.p + at, text.len - at, &high);
                strbuf_put(buf, text.p + at, run);
                at += run;
        }
        strbuf_putc(buf, '"');
}

void json_put_text(StrBuf *buf, const char *key, const char *text)
{
        json_put_string(buf, str_of(key));
        strbuf_putc(buf, ':');
        json_put_string(buf, str_of(text));
}
