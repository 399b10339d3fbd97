/* The strict reader of request heads. Refuses whatever two readers might understand differently: bare CR or
 * LF, folded lines, blanks around names, control bytes, repeated or unusual framing fields, a Host that is
 * missing, repeated, malformed or not the target's. */

#include <string.h>

#include "http/chars.h"
#include "http/parser.h"

#define METHOD_MAX 32

static HeadResult refuse(Head *head, MsgCode code, const char *reason)
{
        head->refused = code;
        head->reason = reason;
        return HEAD_REFUSED;
}

static HeadResult bad(Head *head, const char *reason)
{
        return refuse(head, MSG_BAD_REQUEST, reason);
}

void head_init(Head *head, const HeadLimits *limits, HeadField *fields)
{
        *head = (Head){.limits = limits, .fields = fields};
}

static char lower(char c)
{
        return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_is_nocase(Str a, Str b)
{
        if (a.len != b.len)
                return false;
        for (size_t i = 0; i < a.len; i++)
                if (lower(a.p[i]) != lower(b.p[i]))
                        return false;
        return true;
}

static bool all(Str text, uint8_t classes)
{
        for (size_t i = 0; i < text.len; i++)
                if (!char_is(text.p[i], classes))
                        return false;
        return true;
}

static bool starts_nocase(Str text, Str prefix)
{
        return text.len >= prefix.len && str_is_nocase((Str){text.p, prefix.len}, prefix);
}

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

/* host [":" port], the host being a name, an IPv4 address or an IPv6 address in brackets. */
static bool authority_valid(Str text)
{
        size_t n = 0;
        if (text.len > 0 && text.p[0] == '[') {
                for (n = 1; n < text.len &&
                            (text.p[n] == ':' || text.p[n] == '.' || char_is(text.p[n], CHAR_HOST));
                        n++)
                        ;
                if (n < 4 || n >= text.len || text.p[n++] != ']')
                        return false;
        } else {
                while (n < text.len && char_is(text.p[n], CHAR_HOST))
                        n++;
                if (n == 0)
                        return false;
        }
        if (n == text.len)
                return true;
        size_t port = n + 1;
        if (text.p[n] != ':' || text.len - port < 1 || text.len - port > 5)
                return false;
        for (n = port; n < text.len; n++)
                if (!is_digit(text.p[n]))
                        return false;
        return true;
}

/* ---- request line ---- */

static HeadResult take_version(Head *head, Str version)
{
        if (str_is(version, "HTTP/1.1"))
                return HEAD_MORE;
        bool known = version.len == 8 && memcmp(version.p, "HTTP/", 5) == 0 && is_digit(version.p[5]) &&
                     version.p[6] == '.' && is_digit(version.p[7]);
        return known ? refuse(head, MSG_VERSION, "version") : bad(head, "request line");
}

/* Splits what follows the authority. */
static HeadResult take_path(Head *head, Str input, Span path)
{
        Str text = span_of(input.p, path);
        const char *mark = text.len > 0 ? memchr(text.p, '?', text.len) : NULL;
        if (mark) {
                size_t len = (size_t)(mark - text.p);
                head->query = (Span){path.at + (uint32_t)len + 1, path.len - (uint32_t)len - 1};
                path.len = (uint32_t)len;
        }
        head->path = path;
        if (path.len > 0 && memchr(input.p + path.at, '\\', path.len))
                return bad(head, "backslash in the path");
        return HEAD_MORE;
}

static HeadResult take_target(Head *head, Str input)
{
        Str method = span_of(input.p, head->method), target = span_of(input.p, head->target);
        if (str_is(method, "CONNECT"))
                return refuse(head, MSG_NOT_IMPLEMENTED, "CONNECT");
        if (target.p[0] == '/')
                return take_path(head, input, head->target);
        if (str_is(target, "*") && str_is(method, "OPTIONS")) {
                head->path = head->target;
                return HEAD_MORE;
        }
        uint32_t scheme = starts_nocase(target, STR("http://"))    ? 7
                          : starts_nocase(target, STR("https://")) ? 8
                                                                   : 0;
        if (scheme == 0)
                return bad(head, "form of the target");
        uint32_t end = scheme;
        while (end < target.len && target.p[end] != '/' && target.p[end] != '?')
                end++;
        head->authority = (Span){head->target.at + scheme, end - scheme};
        if (!authority_valid(span_of(input.p, head->authority)))
                return bad(head, "authority of the target");
        return take_path(head, input, (Span){head->target.at + end, head->target.len - end});
}

static HeadResult take_request_line(Head *head, Str input, Span line)
{
        Str text = span_of(input.p, line);
        size_t n = 0;
        while (n < text.len && char_is(text.p[n], CHAR_TOKEN))
                n++;
        if (n == 0 || n == text.len || text.p[n] != ' ')
                return bad(head, "request line");
        head->method = (Span){line.at, (uint32_t)n};
        size_t from = ++n;
        while (n < text.len && char_is(text.p[n], CHAR_TARGET))
                n++;
        if (n == from || n == text.len || text.p[n] != ' ')
                return bad(head, "request target");
        head->target = (Span){line.at + (uint32_t)from, (uint32_t)(n - from)};
        n++;
        HeadResult result = take_version(head, (Str){text.p + n, text.len - n});
        if (result != HEAD_MORE)
                return result;
        if (head->target.len > head->limits->target)
                return refuse(head, MSG_URI_TOO_LONG, "target");
        if (head->method.len > METHOD_MAX)
                return refuse(head, MSG_NOT_IMPLEMENTED, "method");
        return take_target(head, input);
}

/* ---- fields that mean something here ---- */

static HeadResult take_host(Head *head, Str value)
{
        return authority_valid(value) ? HEAD_MORE : bad(head, "Host");
}

static HeadResult take_length(Head *head, Str value)
{
        if (value.len == 0)
                return bad(head, "Content-Length");
        for (size_t i = 0; i < value.len; i++) {
                if (!is_digit(value.p[i]))
                        return bad(head, "Content-Length");
                if (head->length > UINT64_MAX / 100)
                        return refuse(head, MSG_TOO_LARGE, "Content-Length");
                head->length = head->length * 10 + (uint64_t)(value.p[i] - '0');
        }
        return HEAD_MORE;
}

static HeadResult take_coding(Head *head, Str value)
{
        if (!str_is_nocase(value, STR("chunked")))
                return refuse(head, MSG_NOT_IMPLEMENTED, "Transfer-Encoding");
        head->chunked = true;
        return HEAD_MORE;
}

static HeadResult take_expect(Head *head, Str value)
{
        if (!str_is_nocase(value, STR("100-continue")))
                return bad(head, "Expect");
        head->expect = true;
        return HEAD_MORE;
}

static HeadResult take_connection(Head *head, Str value)
{
        for (Str one; str_take(&value, ',', &one);)
                head->close |= str_is_nocase(str_trim(one), STR("close"));
        return HEAD_MORE;
}

static const struct {
        Str name;
        bool once; /* a second one is ambiguous */
        HeadResult (*take)(Head *head, Str value);
} known[] = {
        {STR("Host"), .once = true, take_host},
        {STR("Content-Length"), .once = true, take_length},
        {STR("Transfer-Encoding"), .once = true, take_coding},
        {STR("Connection"), .once = false, take_connection},
        {STR("Expect"), .once = true, take_expect},
        {STR("Authorization"), .once = true, NULL},
        {STR("Content-Type"), .once = true, NULL},
        {STR("Cookie"), .once = true, NULL},
        {STR("Idempotency-Key"), .once = true, NULL},
        {STR("Origin"), .once = true, NULL},
};

enum { SEEN_HOST = 1 << 0, SEEN_LENGTH = 1 << 1 }; /* by place in `known` */

static HeadResult take_known(Head *head, Str name, Str value)
{
        for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
                if (!str_is_nocase(name, known[i].name))
                        continue;
                if (known[i].once && (head->seen & 1U << i))
                        return bad(head, "repeated field");
                head->seen |= 1U << i;
                return known[i].take ? known[i].take(head, value) : HEAD_MORE;
        }
        return HEAD_MORE;
}

static HeadResult take_field(Head *head, Str input, Span line)
{
        Str text = span_of(input.p, line);
        size_t n = 0;
        while (n < text.len && char_is(text.p[n], CHAR_TOKEN))
                n++;
        if (n == 0 || n == text.len || text.p[n] != ':')
                return bad(head, "field name");
        Str name = {text.p, n};
        size_t from = n + 1, to = text.len;
        while (from < to && (text.p[from] == ' ' || text.p[from] == '\t'))
                from++;
        while (to > from && (text.p[to - 1] == ' ' || text.p[to - 1] == '\t'))
                to--;
        Str value = {text.p + from, to - from};
        if (!all(value, CHAR_VALUE) || !utf8_valid(value))
                return bad(head, "field value");
        if (head->n_fields == head->limits->fields)
                return refuse(head, MSG_HEADERS_TOO_LARGE, "number of fields");
        head->fields[head->n_fields++] = (HeadField){
                .name = {line.at, (uint32_t)n},
                .value = {line.at + (uint32_t)from, (uint32_t)value.len},
        };
        return take_known(head, name, value);
}

/* ---- the whole ---- */

static Str host_of(const Head *head, Str input)
{
        for (unsigned i = 0; i < head->n_fields; i++)
                if (str_is_nocase(span_of(input.p, head->fields[i].name), STR("Host")))
                        return span_of(input.p, head->fields[i].value);
        return (Str){};
}

static HeadResult finish(Head *head, Str input, size_t size)
{
        if (!(head->seen & SEEN_HOST))
                return bad(head, "no Host");
        if (head->chunked && (head->seen & SEEN_LENGTH))
                return bad(head, "Content-Length with Transfer-Encoding");
        if (head->authority.len > 0 &&
                !str_is_nocase(span_of(input.p, head->authority), host_of(head, input)))
                return bad(head, "Host is not the target's");
        head->size = size;
        return HEAD_DONE;
}

/* The most bytes the line being read may have, its CR counted. */
static size_t line_max(const Head *head)
{
        size_t rest = head->limits->bytes - head->line;
        size_t request_line = METHOD_MAX + head->limits->target + sizeof "  HTTP/1.1\r" - 1;
        return !head->started && request_line < rest ? request_line : rest;
}

static HeadResult too_long(Head *head)
{
        return head->started ? refuse(head, MSG_HEADERS_TOO_LARGE, "size of the head")
                             : refuse(head, MSG_URI_TOO_LONG, "request line");
}

static HeadResult take_line(Head *head, Str input, Span line, size_t next)
{
        if (line.len > 0)
                return head->started ? take_field(head, input, line) : take_request_line(head, input, line);
        if (head->started)
                return finish(head, input, next);
        /* RFC 9112 2.2: one empty line before the request line is let pass. */
        return line.at == 0 ? HEAD_MORE : bad(head, "empty lines");
}

HeadResult head_feed(Head *head, Str input)
{
        for (;;) {
                const char *end = NULL;
                if (input.len > head->scanned)
                        end = memchr(input.p + head->scanned, '\n', input.len - head->scanned);
                size_t len = (end ? (size_t)(end - input.p) : input.len) - head->line;
                if (len > 0 && !head->started && input.p[head->line] != '\r' &&
                        !char_is(input.p[head->line], CHAR_TOKEN))
                        return bad(head, "not HTTP");
                if (len >= line_max(head))
                        return too_long(head);
                if (!end) {
                        head->scanned = input.len;
                        return HEAD_MORE;
                }
                if (len == 0 || input.p[head->line + len - 1] != '\r')
                        return bad(head, "bare LF");
                Span line = {(uint32_t)head->line, (uint32_t)len - 1};
                size_t next = head->line + len + 1;
                HeadResult result = take_line(head, input, line, next);
                if (result != HEAD_MORE)
                        return result;
                head->started |= line.len > 0;
                head->line = head->scanned = next;
        }
}
