/* Packed answers: who gets one, and that it is the same text. */
#include <zlib.h>

#include "http/test-server.h"

#include "http/gzip.h"

static void test_accepted(void **state)
{
        static const struct {
                const char *header;
                bool accepted;
        } cases[] = {
                {"", false},
                {"gzip", true},
                {"GZIP", true},
                {"br, gzip;q=0.8", true},
                {"deflate, br", false},
                {"gzip;q=0", false},
                {"gzip ; q=0.000, *", false},
                {"gzip;q=0.001", true},
                {"*", true},
                {"*;q=0", false},
                {"identity, *;q=0", false},
                {",, gzip", true},
                {"gzipx", false},
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
                if (gzip_accepted(str_of(cases[i].header)) != cases[i].accepted)
                        fail_msg("\"%s\": expected %d", cases[i].header, cases[i].accepted);
}

static void test_worthwhile(void **state)
{
        assert_true(gzip_worthwhile("application/json", 2000));
        assert_true(gzip_worthwhile("application/problem+json", 2000));
        assert_true(gzip_worthwhile("text/csv; charset=utf-8", 2000));
        assert_true(gzip_worthwhile("image/svg+xml", 2000));
        assert_false(gzip_worthwhile("application/json", 1000));
        assert_false(gzip_worthwhile("image/png", 100000));
        assert_false(gzip_worthwhile(NULL, 100000));
}

static void unpack(const void *data, size_t len, char *ret, size_t size)
{
        z_stream stream = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)len};

        assert_int_equal(inflateInit2(&stream, 16 + 15), Z_OK);
        stream.next_out = (Bytef *)ret;
        stream.avail_out = (uInt)size;
        assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
        assert_int_equal(stream.total_out, size);
        (void)inflateEnd(&stream);
}

/* One stream packs several texts, short, long, and of noise. */
static void test_pack(void **state)
{
        enum { SIZE = 300000 };
        Gzip *gzip = gzip_new();
        Arena *arena = arena_new();
        char *text = malloc(SIZE), *back = malloc(SIZE);
        static const size_t sizes[] = {0, 1, 1400, 65536, SIZE};

        assert_non_null(text);
        assert_non_null(back);
        for (unsigned round = 0; round < 10; round++) {
                uint32_t noise = 1;
                for (size_t i = 0; i < SIZE; i++) {
                        noise = noise * 1664525 + 1013904223;
                        text[i] = round % 2 ? (char)(noise >> 24) : (char)('a' + i % 7);
                }
                size_t size = sizes[round / 2];
                Str packed = gzip_pack(gzip, arena, text, size);
                unpack(packed.p, packed.len, back, size);
                assert_memory_equal(back, text, size);
                arena_reset(arena);
        }
        free(text);
        free(back);
        (void)arena_free(arena);
        assert_null(gzip_free(gzip));
}

/* 20 kB of "e", echoed as text/plain. */
static char *echo(const Server *server, const char *fields, size_t *ret_len)
{
        enum { SIZE = 20000 };
        int fd = client_open(server);
        StrBuf text = {};

        strbuf_printf(&text, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" LAST "%s\r\n", SIZE,
                fields);
        memset(strbuf_reserve(&text, SIZE), 'e', SIZE);
        text.len += SIZE;
        client_send(fd, text.p, text.len);
        strbuf_done(&text);
        char *answer = calloc(1, 65536);
        size_t len = 0;
        ssize_t n;
        while (len < 65000 && (n = recv(fd, answer + len, 65000 - len, 0)) > 0)
                len += (size_t)n;
        *ret_len = len;
        (void)close(fd);
        return answer;
}

static void test_answers(void **state)
{
        Server *server = server_start((HttpConfig){});
        size_t len;
        char back[20000], *plain = echo(server, "", &len);

        assert_true(len > 20000);
        assert_true(contains(plain, "\r\nVary: Accept-Encoding\r\n"));
        assert_false(contains(plain, "Content-Encoding"));
        free(plain);
        char *packed = echo(server, "Accept-Encoding: br, gzip\r\n", &len);
        assert_true(len < 1000);
        assert_true(contains(packed, "\r\nContent-Encoding: gzip\r\n"));
        char *body = strstr(packed, "\r\n\r\n") + 4;
        unpack(body, len - (size_t)(body - packed), back, sizeof back);
        for (size_t i = 0; i < sizeof back; i++)
                assert_int_equal(back[i], 'e');
        free(packed);
        EXPECT(server, REQUEST("GET /info", LAST "Accept-Encoding: gzip\r\n"), "GET|/info");
        server_stop(server);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_accepted),
                cmocka_unit_test(test_worthwhile),
                cmocka_unit_test(test_pack),
                cmocka_unit_test(test_answers),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
