/* A message as it goes out: headers that stay one line each and ASCII, whatever the names hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "links.h"

static void test_header_text(void **state)
{
        static const struct {
                const char *text, *value;
        } cases[] = {
                {"Cauce", "Cauce"},
                {"Your user of Cauce", "Your user of Cauce"},
                {"", ""},
                {"Ñandú", "=?UTF-8?B?w5FhbmTDug==?="},
                {"a, b", "=?UTF-8?B?YSwgYg==?="}, /* a comma would begin another address */
                {"a\r\nBcc: x", "=?UTF-8?B?YQ0KQmNjOiB4?="},
                /* 45 bytes a word, no character in two. */
                {"ññññññññññññññññññññññññ",
                        "=?UTF-8?B?w7HDscOxw7HDscOxw7HDscOxw7HDscOxw7HDscOxw7HDscOxw7HDscOxw7E=?= "
                        "=?UTF-8?B?w7HDsQ==?="},
        };
        Arena *arena = arena_new();

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
                assert_string_equal(header_text(arena, str_of(cases[i].text)), cases[i].value);
        (void)arena_free(arena);
}

static void test_from(void **state)
{
        static const struct {
                const char *from, *address; /* NULL = refused */
        } cases[] = {
                {"a@b.co", "a@b.co"},
                {" A@B.co ", "a@b.co"},
                {"Cauce <a@b.co>", "a@b.co"},
                {"\"Cauce, S.A.\" <a@b.co>", "a@b.co"},
                {"<a@b.co>", "a@b.co"},
                {"Cauce <a@b.co", NULL},
                {"Cauce", NULL},
                {"", NULL},
                {"Cauce <a@b.co>\r\nBcc: x@y.co", NULL},
                {"a@b.co\n", NULL},
                {"\xff <a@b.co>", NULL},
        };
        Arena *arena = arena_new();

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
                const char *got = letter_address(arena, cases[i].from);
                if ((got == NULL) != (cases[i].address == NULL) || (got && !streq(got, cases[i].address)))
                        fail_msg("%s: %s", cases[i].from, got ? got : "refused");
        }
        (void)arena_free(arena);
}

static void test_letter(void **state)
{
        Arena *arena = arena_new();
        const LetterParts parts = {.purpose = LINK_RESET,
                .lang = STR("en"),
                .name = "Eva\r\nBcc: x@y.co\r\n\r\n.\r\nQUIT",
                .to = "eva@b.co",
                .from = "Cauce \xc3\xb1 <a@b.co>",
                .company = "Andina\r\nX-Evil: 1",
                .url = "https://x.co/enlace/t",
                .id = "1",
                .now = INT64_C(1760000000000000)};

        (void)state;
        Letter letter = letter_make(arena, &parts);
        assert_string_equal(letter.from, "a@b.co");
        assert_string_equal(letter.to, "eva@b.co");
        static const char headers[] = "Date: Thu, 09 Oct 2025 08:53:20 +0000\r\n"
                                      "From: =?UTF-8?B?Q2F1Y2Ugw7E=?= <a@b.co>\r\n"
                                      "To: eva@b.co\r\n"
                                      "Subject: Choose a new password\r\n"
                                      "Message-ID: <1@b.co>\r\n"
                                      "Content-Language: en\r\n"
                                      "Auto-Submitted: auto-generated\r\n"
                                      "MIME-Version: 1.0\r\n"
                                      "Content-Type: text/plain; charset=utf-8\r\n"
                                      "Content-Transfer-Encoding: base64\r\n"
                                      "\r\n";
        assert_true(letter.message.len > sizeof headers);
        assert_memory_equal(letter.message.p, headers, sizeof headers - 1);
        for (size_t i = sizeof headers - 1, line = 0; i < letter.message.len; i++) {
                char c = letter.message.p[i];
                line = c == '\n' ? 0 : line + 1;
                assert_true(line <= 77);
                assert_true((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                            strchr("+/=\r\n", c));
        }
        (void)arena_free(arena);
}

static void test_url(void **state)
{
        static const struct {
                const char *url;
                bool valid;
        } cases[] = {{"smtp://mail.acme.co:587", true}, {"smtps://u:p%40@mail.acme.co", true},
                {"http://mail", false}, {"mail.acme.co:25", false}, {"file:///etc/passwd", false},
                {"smtp://", false}, {"", false}};

        (void)state;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
                if (smtp_url_valid(cases[i].url) != cases[i].valid)
                        fail_msg("%s", cases[i].url);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_header_text),
                cmocka_unit_test(test_from),
                cmocka_unit_test(test_letter),
                cmocka_unit_test(test_url),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
