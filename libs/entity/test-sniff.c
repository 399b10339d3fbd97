#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "entity/csv.h"
#include "entity/decode.h"

typedef struct Sample {
        Str bytes;
        MsgCode code; /* MSG_MAX = text */
        Encoding encoding;
} Sample;

#define TEXT(literal, encoding)                                                                              \
        {                                                                                                    \
                {literal, sizeof(literal) - 1}, MSG_MAX, encoding                                            \
        }
#define NO(literal, code)                                                                                    \
        {                                                                                                    \
                {literal, sizeof(literal) - 1}, MSG_##code, ENCODING_MAX                                     \
        }

static MsgCode sniff(Str bytes, Encoding *ret)
{
        Sniff *sniffer = calloc(1, sizeof *sniffer);
        MsgCode code = sniff_feed(sniffer, bytes.p, bytes.len);

        if (code == MSG_MAX)
                code = sniff_end(sniffer, ret);
        free(sniffer);
        return code;
}

static void test_what_it_is(void **state)
{
        static const Sample samples[] = {
                TEXT("name\nAna\n", ENCODING_UTF8),
                TEXT("name", ENCODING_UTF8),
                TEXT("\xef\xbb\xbfn\xc3\xad\n1\n", ENCODING_UTF8),
                TEXT("Ciudad;Tel\xe9"
                     "fono\nBogot\xe1;1\n",
                        ENCODING_WINDOWS1252),
                TEXT("\xff\xfe"
                     "a\0,\0b\0\n\0",
                        ENCODING_UTF16LE),
                TEXT("\xfe\xff\0a\0,\0b\0\n", ENCODING_UTF16BE),
                TEXT("n\0a\0m\0e\0\n\0", ENCODING_UTF16LE),
                TEXT("[x],y\n1,2\n", ENCODING_UTF8),
                TEXT("PK,name\n1,Ana\n", ENCODING_UTF8),
                TEXT("< 5,> 5\n1,2\n", ENCODING_UTF8),
                NO("", FILE_EMPTY),
                NO("\xef\xbb\xbf\r\n \t\r\n", FILE_EMPTY),
                NO("PK\3\4....[Content_Types].xml", FILE_SPREADSHEET),
                NO("PK\3\4....mimetypeapplication/vnd.oasis.opendocument.spreadsheet", FILE_SPREADSHEET),
                NO("PK\3\4....[Content_Types].xml word/document.xml", FILE_DOCUMENT),
                NO("PK\3\4....leads.csv", FILE_ARCHIVE),
                NO("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FILE_SPREADSHEET),
                NO("%PDF-1.4", FILE_DOCUMENT),
                NO("\x89PNG\r\n\x1a\n", FILE_IMAGE),
                NO("\xff\xd8\xff\xe0", FILE_IMAGE),
                NO("GIF89a", FILE_IMAGE),
                NO("\x1f\x8b\x08", FILE_ARCHIVE),
                NO("  <!DOCTYPE html><table>", FILE_MARKUP),
                NO("\xff\xfe<\0h\0t\0m\0l\0>\0", FILE_MARKUP),
                NO("[\n {\"name\": 1}]", FILE_MARKUP),
                NO("{\"items\":[]}", FILE_MARKUP),
                NO("name\nA\0na\n", FILE_BINARY),
                NO("\x7f"
                   "ELF\2\1\1",
                        FILE_BINARY),
                NO("a\1\2\3\4\5", FILE_BINARY),
                NO("Bogot\xc3\xa1,C\xc3\xba"
                   "cuta,Pe\xf1"
                   "a\n",
                        FILE_ENCODING),
                NO("a\x81z\n", FILE_ENCODING),
                NO("\xef\xbb\xbf"
                   "Bogot\xe1",
                        FILE_ENCODING),
        };
        Encoding encoding;

        for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
                encoding = ENCODING_MAX;
                MsgCode code = sniff(samples[i].bytes, &encoding);
                if (code != samples[i].code || (code == MSG_MAX && encoding != samples[i].encoding))
                        fail_msg("%zu: %s, %d", i, code == MSG_MAX ? "text" : msg_key(code), encoding);
        }
}

/* What is told by the first bytes is told before the rest has come; what is not, at the end. */
static void test_how_soon(void **state)
{
        Sniff *early = calloc(1, sizeof *early), *late = calloc(1, sizeof *late);
        char block[SNIFF_HEAD] = "%PDF-1.4";
        Encoding encoding;

        assert_int_equal(sniff_feed(early, block, sizeof block), MSG_FILE_DOCUMENT);
        memset(block, 'a', sizeof block);
        for (unsigned i = 0; i < 20; i++)
                assert_int_equal(sniff_feed(late, block, sizeof block), MSG_MAX);
        assert_int_equal(sniff_feed(late, "\xf1\n", 2), MSG_MAX);
        assert_int_equal(sniff_end(late, &encoding), MSG_MAX);
        assert_int_equal(encoding, ENCODING_WINDOWS1252);
        free(early);
        free(late);
}

static void test_decodes(void **state)
{
        static const struct {
                Encoding encoding;
                Str in;
                const char *out;
        } samples[] = {
                {ENCODING_WINDOWS1252, {"Mu\xf1oz \x80\x93q\x94", 10}, "Muñoz €“q”"},
                {ENCODING_UTF16LE, {"\xff\xfe\xf1\0=\xd8\0\xde", 8}, "ñ😀"},
                {ENCODING_UTF16BE, {"\xfe\xff\0\xf1\xd8=\xde\0", 8}, "ñ😀"},
                {ENCODING_UTF16LE,
                        {"=\xd8"
                         "a\0b",
                                5},
                        "\xef\xbf\xbd"
                        "a\xef\xbf\xbd"},
                {ENCODING_UTF8, {"ñ", 2}, "ñ"},
        };

        for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
                for (size_t step = 1; step < 11; step++) {
                        Decode decode = {.encoding = samples[i].encoding};
                        StrBuf out = {};
                        Str in = samples[i].in, text;
                        for (size_t at = 0; at < in.len; at += step) {
                                text = decode_feed(
                                        &decode, in.p + at, in.len - at < step ? in.len - at : step);
                                strbuf_put(&out, text.p, text.len);
                        }
                        text = decode_end(&decode);
                        strbuf_put(&out, text.p, text.len);
                        assert_string_equal(out.p, samples[i].out);
                        strbuf_done(&out);
                        decode_done(&decode);
                }
}

typedef struct Lines {
        const Csv *csv;
        unsigned n;
        int64_t lines[10];
} Lines;

static bool on_row(void *arg, const Str *cells, unsigned n)
{
        Lines *lines = arg;

        lines->lines[lines->n++] = csv_rows_line(lines->csv);
        return true;
}

/* The line where each row begins, whatever ends the lines and wherever the pieces end. */
static void test_lines(void **state)
{
        static const struct {
                const char *text;
                unsigned n;
                int64_t lines[4];
        } samples[] = {
                {"a,b\n1,2\n3,4\n", 3, {1, 2, 3}},
                {"a,b\r\n\"1\r\n2\r\n\",2\r\n\r\n3,4", 3, {1, 2, 6}},
                {"a,b\r1,2\r\r3,4\r", 3, {1, 2, 4}},
                {"\n\na,b\n1,\"x\ny\"\n2,3\n", 3, {3, 4, 6}},
                {"sep=;\r\na;b\r\n\"1\n\";2\r\n3;4\r\n", 3, {2, 3, 5}},
        };

        for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
                size_t len = strlen(samples[i].text), head = strcspn(samples[i].text + 2, "\n\r") + 4;
                for (size_t step = 1; step < 6; step++) {
                        Lines lines = {};
                        Csv *csv = csv_rows_new(on_row, &lines);
                        lines.csv = csv;
                        assert_int_equal(csv_rows_feed(csv, samples[i].text, head), 0);
                        for (size_t at = head; at < len; at += step)
                                assert_int_equal(csv_rows_feed(csv, samples[i].text + at,
                                                         len - at < step ? len - at : step),
                                        0);
                        assert_int_equal(csv_rows_end(csv), 0);
                        assert_int_equal(lines.n, samples[i].n);
                        for (unsigned row = 0; row < lines.n; row++)
                                assert_int_equal(lines.lines[row], samples[i].lines[row]);
                        (void)csv_rows_free(csv);
                }
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_what_it_is),
                cmocka_unit_test(test_how_soon),
                cmocka_unit_test(test_decodes),
                cmocka_unit_test(test_lines),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
