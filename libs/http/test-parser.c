#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/parser.h"

#define FIELDS 10

static const HeadLimits limits = {.bytes = 600, .target = 100, .fields = FIELDS};

#define LINE   "GET / HTTP/1.1\r\n"
#define HOST   "Host: x\r\n"
#define END    "\r\n"
#define TEN(s) s s s s s s s s s s

/* What is refused, and as what. The first group are the requests that other servers take and read
 * differently. */
static const struct {
        const char *why;
        Str input;
        MsgCode refused;
} refusals[] = {
        {"unknown coding", STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n"),
                MSG_NOT_IMPLEMENTED},
        {"coding with blank", STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked \x0b\r\n\r\n"),
                MSG_BAD_REQUEST},
        {"two codings", STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n"),
                MSG_NOT_IMPLEMENTED},
        {"identity", STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n"),
                MSG_NOT_IMPLEMENTED},
        {"empty coding", STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n"), MSG_NOT_IMPLEMENTED},
        {"coding twice",
                STR("POST / HTTP/1.1\r\n" HOST
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
                MSG_BAD_REQUEST},
        {"coding twice, second hidden",
                STR("POST / HTTP/1.1\r\n" HOST
                    "Transfer-Encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n"),
                MSG_BAD_REQUEST},
        {"length and coding",
                STR("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
                MSG_BAD_REQUEST},
        {"coding and length",
                STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
                MSG_BAD_REQUEST},
        {"coding and length 0",
                STR("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n"),
                MSG_BAD_REQUEST},
        {"two lengths", STR("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
                MSG_BAD_REQUEST},
        {"same length twice",
                STR("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"),
                MSG_BAD_REQUEST},
        {"length list", STR("POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\n"), MSG_BAD_REQUEST},
        {"length +3", STR("POST / HTTP/1.1\r\n" HOST "Content-Length: +3\r\n\r\n"), MSG_BAD_REQUEST},
        {"length -1", STR("POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n"), MSG_BAD_REQUEST},
        {"length 0x5", STR("POST / HTTP/1.1\r\n" HOST "Content-Length: 0x5\r\n\r\n"), MSG_BAD_REQUEST},
        {"length 5a", STR("POST / HTTP/1.1\r\n" HOST "Content-Length: 5a\r\n\r\n"), MSG_BAD_REQUEST},
        {"length 5 5", STR("POST / HTTP/1.1\r\n" HOST "Content-Length: 5 5\r\n\r\n"), MSG_BAD_REQUEST},
        {"length empty", STR("POST / HTTP/1.1\r\n" HOST "Content-Length: \r\n\r\n"), MSG_BAD_REQUEST},
        {"length huge", STR("POST / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551617\r\n\r\n"),
                MSG_TOO_LARGE},
        {"NUL before a field", STR(LINE HOST "\0a: b\r\n\r\n"), MSG_BAD_REQUEST},
        {"NUL in a name", STR(LINE HOST "a\0b: c\r\n\r\n"), MSG_BAD_REQUEST},
        {"NUL in a value", STR(LINE HOST "a: b\0c\r\n\r\n"), MSG_BAD_REQUEST},
        {"NUL in the target", STR("GET /\0 HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"blank before the colon", STR(LINE HOST "a : b\r\n\r\n"), MSG_BAD_REQUEST},
        {"blank before Host's colon", STR(LINE "Host : x\r\n\r\n"), MSG_BAD_REQUEST},
        {"tab before the colon", STR(LINE HOST "a\t: b\r\n\r\n"), MSG_BAD_REQUEST},
        {"folded", STR(LINE HOST "a: b\r\n c\r\n\r\n"), MSG_BAD_REQUEST},
        {"folded by tab", STR(LINE HOST "a: b\r\n\tc\r\n\r\n"), MSG_BAD_REQUEST},
        {"blank before the first field", STR(LINE " " HOST "\r\n"), MSG_BAD_REQUEST},
        {"bare LF after the request line", STR("GET / HTTP/1.1\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"bare LF after a field", STR(LINE "Host: x\n\r\n"), MSG_BAD_REQUEST},
        {"bare LF at the end", STR(LINE HOST "\n"), MSG_BAD_REQUEST},
        {"bare CR in a value", STR(LINE HOST "a: b\rc: d\r\n\r\n"), MSG_BAD_REQUEST},
        {"two CR", STR(LINE HOST "a: b\r\r\n\r\n"), MSG_BAD_REQUEST},
        {"bare CR in the request line", STR("GET / HTTP/1.1\r " HOST "\r\n\r\n"), MSG_BAD_REQUEST},

        {"no Host", STR(LINE "\r\n"), MSG_BAD_REQUEST},
        {"two Hosts", STR(LINE HOST HOST "\r\n"), MSG_BAD_REQUEST},
        {"empty Host", STR(LINE "Host:\r\n\r\n"), MSG_BAD_REQUEST},
        {"Host with path", STR(LINE "Host: x/y\r\n\r\n"), MSG_BAD_REQUEST},
        {"Host with user", STR(LINE "Host: a@x\r\n\r\n"), MSG_BAD_REQUEST},
        {"Host list", STR(LINE "Host: x, y\r\n\r\n"), MSG_BAD_REQUEST},
        {"Host port", STR(LINE "Host: x:8o\r\n\r\n"), MSG_BAD_REQUEST},
        {"Host no port", STR(LINE "Host: x:\r\n\r\n"), MSG_BAD_REQUEST},
        {"Host long port", STR(LINE "Host: x:123456\r\n\r\n"), MSG_BAD_REQUEST},
        {"Host open bracket", STR(LINE "Host: [::1\r\n\r\n"), MSG_BAD_REQUEST},
        {"Host bracket rest", STR(LINE "Host: [::1]x\r\n\r\n"), MSG_BAD_REQUEST},
        {"other authority", STR("GET http://a/ HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"authority with user", STR("GET http://u@x/ HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"no authority", STR("GET http:///a HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},

        {"no request line", STR(HOST "\r\n"), MSG_BAD_REQUEST},
        {"two empty lines in front", STR("\r\n\r\n" LINE HOST "\r\n"), MSG_BAD_REQUEST},
        {"LF in front", STR("\n" LINE HOST "\r\n"), MSG_BAD_REQUEST},
        {"blank in front", STR(" " LINE HOST "\r\n"), MSG_BAD_REQUEST},
        {"TLS", STR("\x16\x03\x01\x02"), MSG_BAD_REQUEST},
        {"HTTP/0.9", STR("GET /\r\n"), MSG_BAD_REQUEST},
        {"HTTP/1.0", STR("GET / HTTP/1.0\r\n\r\n"), MSG_VERSION},
        {"HTTP/1.2", STR("GET / HTTP/1.2\r\n" HOST "\r\n"), MSG_VERSION},
        {"HTTP/2", STR("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), MSG_VERSION},
        {"HTTP/1.1.1", STR("GET / HTTP/1.1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"http/1.1", STR("GET / http/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"blank after the version", STR("GET / HTTP/1.1 \r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"two blanks", STR("GET  / HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"tab for blank", STR("GET\t/ HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"blank in the target", STR("GET /a b HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"method with slash", STR("G/T / HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"long method", STR(TEN("GETX") " / HTTP/1.1\r\n" HOST "\r\n"), MSG_NOT_IMPLEMENTED},
        {"CONNECT", STR("CONNECT x:443 HTTP/1.1\r\n" HOST "\r\n"), MSG_NOT_IMPLEMENTED},
        {"asterisk", STR("GET * HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"authority form", STR("GET x:80 HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"no slash", STR("GET a HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"other scheme", STR("GET ftp://x/ HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"fragment", STR("GET /#a HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"backslash", STR("GET /a\\b HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"raw UTF-8 in the target", STR("GET /\xc3\xb1 HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},
        {"DEL in the target", STR("GET /\x7f HTTP/1.1\r\n" HOST "\r\n"), MSG_BAD_REQUEST},

        {"no colon", STR(LINE HOST "abc\r\n\r\n"), MSG_BAD_REQUEST},
        {"no name", STR(LINE HOST ": a\r\n\r\n"), MSG_BAD_REQUEST},
        {"name with bracket", STR(LINE HOST "a(b): c\r\n\r\n"), MSG_BAD_REQUEST},
        {"name not ASCII", STR(LINE HOST "a\xc3\xb1: c\r\n\r\n"), MSG_BAD_REQUEST},
        {"control byte in a value", STR(LINE HOST "a: b\x01\r\n\r\n"), MSG_BAD_REQUEST},
        {"DEL in a value", STR(LINE HOST "a: b\x7f\r\n\r\n"), MSG_BAD_REQUEST},
        {"value not UTF-8", STR(LINE HOST "a: \xff\r\n\r\n"), MSG_BAD_REQUEST},
        {"Expect", STR(LINE HOST "Expect: 200-ok\r\n\r\n"), MSG_BAD_REQUEST},
        {"two Content-Types", STR(LINE HOST "Content-Type: a/b\r\ncontent-type: c/d\r\n\r\n"),
                MSG_BAD_REQUEST},
        {"two Cookies", STR(LINE HOST "Cookie: a=b\r\nCookie: c=d\r\n\r\n"), MSG_BAD_REQUEST},

        {"long target", STR("GET /" TEN("0123456789") " HTTP/1.1\r\n" HOST "\r\n"), MSG_URI_TOO_LONG},
        {"longer target", STR("GET /" TEN("0123456789") TEN("0123456789")), MSG_URI_TOO_LONG},
        {"long field", STR(LINE HOST "a: " TEN(TEN("012345"))), MSG_HEADERS_TOO_LARGE},
        {"long head", STR(LINE HOST TEN("a: " TEN("abcdef") "\r\n")), MSG_HEADERS_TOO_LARGE},
        {"many fields", STR(LINE HOST TEN("a:\r\n") "\r\n"), MSG_HEADERS_TOO_LARGE},
};

static HeadResult feed(Head *head, HeadField *fields, Str input, size_t step)
{
        HeadResult result = HEAD_MORE;
        head_init(head, &limits, fields);
        for (size_t len = step; result == HEAD_MORE; len += step) {
                /* Each length in memory of its own: the buffer moves, and a read past the end is seen. */
                Arena *arena = arena_new();
                size_t given = len < input.len ? len : input.len;
                result = head_feed(head, (Str){arena_memdup(arena, input.p, given), given});
                arena_free(arena);
                if (given == input.len)
                        break;
        }
        return result;
}

static void test_refusals(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
                for (size_t step = 1; step < 700; step = step == 1 ? 7 : step * 100) {
                        Head head;
                        HeadField fields[FIELDS];
                        HeadResult result = feed(&head, fields, refusals[i].input, step);
                        if (result != HEAD_REFUSED || head.refused != refusals[i].refused)
                                fail_msg("%s (step %zu): result %d, %s, %s", refusals[i].why, step, result,
                                        result == HEAD_REFUSED ? msg_key(head.refused) : "-",
                                        head.reason ? head.reason : "-");
                }
}

static const struct {
        Str input;
        const char *method, *path, *query;
        unsigned n_fields;
        uint64_t length;
        bool chunked, close, expect;
} accepted[] = {
        {STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "GET", "/", "", 1},
        {STR("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"), "GET", "/", "", 1},
        {STR("PATCH /a/b?c=d?e HTTP/1.1\r\nhOST:x.example:8080\r\n\r\n"), "PATCH", "/a/b", "c=d?e", 1},
        {STR("GET /? HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), "GET", "/", "", 1},
        {STR("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), "OPTIONS", "*", "", 1},
        {STR("GET http://x HTTP/1.1\r\nHost: X\r\n\r\n"), "GET", "", "", 1},
        {STR("GET HTTPS://x:1?a HTTP/1.1\r\nHost: x:1\r\n\r\n"), "GET", "", "a", 1},
        {STR("GET http://x/y HTTP/1.1\r\nHost: x\r\n\r\n"), "GET", "/y", "", 1},
        {STR("GET /?{\"[|]^`}\\ HTTP/1.1\r\nHost: x\r\n\r\n"), NULL},
        {STR("GET /?{[|]^}\\ HTTP/1.1\r\nHost: x\r\n\r\n"), "GET", "/", "{[|]^}\\", 1},
        {STR("POST / HTTP/1.1\r\nHost: x\r\nContent-Length:  007 \t\r\n\r\nbody"), "POST", "/", "", 2,
                .length = 7},
        {STR("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"), "POST", "/", "", 2,
                .chunked = true},
        {STR("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Close\r\nX:\r\n\r\n"), "GET", "/", "", 3,
                .close = true},
        {STR("PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nConnection: closed\r\n\r\n"), "PUT", "/",
                "", 3, .expect = true},
        {STR("GET / HTTP/1.1\r\nHost: x\r\nAccept: a\r\nAccept: b\r\nX: \xc3\xb1\r\n\r\n"), "GET", "/", "",
                4},
};

static void test_accepted(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++)
                for (size_t step = 1; step < 700; step = step == 1 ? 7 : step * 100) {
                        Head head;
                        HeadField fields[FIELDS];
                        Str input = accepted[i].input;
                        HeadResult result = feed(&head, fields, input, step);
                        if (!accepted[i].method) {
                                assert_int_equal(result, HEAD_REFUSED);
                                continue;
                        }
                        if (result != HEAD_DONE)
                                fail_msg("%s (step %zu): %d %s", input.p, step, result, head.reason);
                        assert_true(str_is(span_of(input.p, head.method), accepted[i].method));
                        assert_true(str_is(span_of(input.p, head.path), accepted[i].path));
                        assert_true(str_is(span_of(input.p, head.query), accepted[i].query));
                        assert_int_equal(head.n_fields, accepted[i].n_fields);
                        assert_int_equal(head.length, accepted[i].length);
                        assert_int_equal(head.chunked, accepted[i].chunked);
                        assert_int_equal(head.close, accepted[i].close);
                        assert_int_equal(head.expect, accepted[i].expect);
                        size_t body = str_is(span_of(input.p, head.method), "POST") && !head.chunked ? 4 : 0;
                        assert_int_equal(head.size, input.len - body);
                }
}

static void test_fields(void **state)
{
        (void)state;
        Str input = STR("GET / HTTP/1.1\r\nHost: x\r\nEmpty:\r\nX-Y:\t a b\t \r\n\r\n");
        Head head;
        HeadField fields[FIELDS];
        assert_int_equal(feed(&head, fields, input, 3), HEAD_DONE);
        assert_int_equal(head.n_fields, 3);
        assert_true(str_is(span_of(input.p, fields[1].name), "Empty"));
        assert_true(str_is(span_of(input.p, fields[1].value), ""));
        assert_true(str_is(span_of(input.p, fields[2].name), "X-Y"));
        assert_true(str_is(span_of(input.p, fields[2].value), "a b"));
}

/* A target and a head of just the permitted size pass. */
static void test_limits(void **state)
{
        (void)state;
        Arena *arena = arena_new();
        Head head;
        HeadField fields[FIELDS];
        StrBuf text = {.arena = arena};
        strbuf_printf(&text, "GET /%099d HTTP/1.1\r\n" HOST "\r\n", 0);
        assert_int_equal(feed(&head, fields, (Str){text.p, text.len}, 1000), HEAD_DONE);

        for (int more = 0; more < 2; more++) {
                text = (StrBuf){.arena = arena};
                strbuf_puts(&text, LINE HOST "a: ");
                while (text.len < limits.bytes - 4 + (size_t)more)
                        strbuf_putc(&text, 'a');
                strbuf_puts(&text, "\r\n\r\n");
                assert_int_equal(
                        feed(&head, fields, (Str){text.p, text.len}, 1000), more ? HEAD_REFUSED : HEAD_DONE);
        }
        arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_refusals),
                cmocka_unit_test(test_accepted),
                cmocka_unit_test(test_fields),
                cmocka_unit_test(test_limits),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
