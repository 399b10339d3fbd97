/* Bytes to what they are. Owns nothing. */
#include "entity/sniff.h"

#include <string.h>

const char *const encoding_names[ENCODING_MAX] = {[ENCODING_UTF8] = "utf-8",
        [ENCODING_UTF16LE] = "utf-16le",
        [ENCODING_UTF16BE] = "utf-16be",
        [ENCODING_WINDOWS1252] = "windows-1252"};

Encoding encoding_of(const char *name)
{
        for (Encoding encoding = 0; name && encoding < ENCODING_MAX; encoding++)
                if (streq(name, encoding_names[encoding]))
                        return encoding;
        return ENCODING_UTF8;
}

/* ---- what begins in its own way ---- */

typedef struct Magic {
        Str bytes;
        MsgCode code;
} Magic;

static const Magic magics[] = {
        {{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8}, MSG_FILE_SPREADSHEET}, /* XLS, and DOC too */
        {{"%PDF-", 5}, MSG_FILE_DOCUMENT},
        {{"%!PS", 4}, MSG_FILE_DOCUMENT},
        {{"{\\rtf", 5}, MSG_FILE_DOCUMENT},
        {{"\x89PNG\r\n", 6}, MSG_FILE_IMAGE},
        {{"\xff\xd8\xff", 3}, MSG_FILE_IMAGE},
        {{"GIF8", 4}, MSG_FILE_IMAGE},
        {{"RIFF", 4}, MSG_FILE_IMAGE}, /* WEBP */
        {{"II*\0", 4}, MSG_FILE_IMAGE},
        {{"MM\0*", 4}, MSG_FILE_IMAGE},
        {{"\x1f\x8b", 2}, MSG_FILE_ARCHIVE},
        {{"7z\xbc\xaf\x27\x1c", 6}, MSG_FILE_ARCHIVE},
        {{"Rar!\x1a", 5}, MSG_FILE_ARCHIVE},
        {{"\xfd"
          "7zXZ",
                 5},
                MSG_FILE_ARCHIVE},
        {{"\x28\xb5\x2f\xfd", 4}, MSG_FILE_ARCHIVE},
        {{"\xff\xfe\0\0", 4}, MSG_FILE_BINARY}, /* UTF-32 */
        {{"\x7f"
          "ELF",
                 4},
                MSG_FILE_BINARY},
};

static bool head_has(const Sniff *sniff, Str text)
{
        return memmem(sniff->head, sniff->n, text.p, text.len) != NULL;
}

static MsgCode zip_kind(const Sniff *sniff)
{
        if (head_has(sniff, STR("xl/")) || head_has(sniff, STR("opendocument.spreadsheet")))
                return MSG_FILE_SPREADSHEET;
        if (head_has(sniff, STR("word/")) || head_has(sniff, STR("ppt/")) ||
                head_has(sniff, STR("opendocument.")))
                return MSG_FILE_DOCUMENT;
        return head_has(sniff, STR("[Content_Types].xml")) ? MSG_FILE_SPREADSHEET : MSG_FILE_ARCHIVE;
}

/* Without the blanks and the marks that may stand in front; of UTF-16, every other byte. */
static Str beginning(const Sniff *sniff, char ret[static 64])
{
        size_t step = sniff->wide == ENCODING_MAX ? 1 : 2, n = 0;

        for (size_t i = sniff->wide == ENCODING_UTF16BE; i < sniff->n && n < 64; i += step) {
                char c = (char)sniff->head[i];
                bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n' || (c & 0x80);
                if (n > 0 || !blank)
                        ret[n++] = c;
        }
        return (Str){ret, n};
}

static bool is_letter(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Markup and JSON are text, but no table. */
static bool marked_up(const Sniff *sniff)
{
        char room[64];
        Str text = beginning(sniff, room);
        size_t i = 1;

        if (text.len < 2)
                return false;
        if (text.p[0] == '<')
                return is_letter(text.p[1]) || text.p[1] == '!' || text.p[1] == '?';
        if (text.p[0] != '{' && text.p[0] != '[')
                return false;
        while (i < text.len && memchr(" \t\r\n", text.p[i], 4))
                i++;
        return i < text.len && memchr("\"{[", text.p[i], 3);
}

static MsgCode magic_of(const Sniff *sniff)
{
        for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
                const Magic *magic = &magics[i];
                if (sniff->n >= magic->bytes.len &&
                        memcmp(sniff->head, magic->bytes.p, magic->bytes.len) == 0)
                        return magic->code;
        }
        if (sniff->n >= 4 && (memcmp(sniff->head, "PK\3\4", 4) == 0 || memcmp(sniff->head, "PK\5\6", 4) == 0))
                return zip_kind(sniff);
        return MSG_MAX;
}

/* ---- text ---- */

/* UTF-16 by its mark, or by the zeros that Latin letters leave at every other place. */
static Encoding wide_of(const Sniff *sniff)
{
        size_t zeros[2] = {0};

        if (sniff->n >= 2 && memcmp(sniff->head, "\xff\xfe", 2) == 0)
                return ENCODING_UTF16LE;
        if (sniff->n >= 2 && memcmp(sniff->head, "\xfe\xff", 2) == 0)
                return ENCODING_UTF16BE;
        for (size_t i = 0; i < sniff->n; i++)
                zeros[i % 2] += sniff->head[i] == 0;
        if (zeros[0] == 0 && zeros[1] * 5 > sniff->n * 2)
                return ENCODING_UTF16LE;
        return zeros[1] == 0 && zeros[0] * 5 > sniff->n * 2 ? ENCODING_UTF16BE : ENCODING_MAX;
}

static bool is_control(uint8_t c)
{
        return c < 0x20 && !(c >= '\t' && c <= '\r') && c != 0x1a;
}

/* The bounds of the byte that follows this first one; false = no character begins so. */
static bool sequence_begin(Sniff *sniff, uint8_t c)
{
        sniff->low = 0x80;
        sniff->high = 0xbf;
        if (c >= 0xc2 && c <= 0xdf) {
                sniff->need = 1;
        } else if (c >= 0xe0 && c <= 0xef) {
                sniff->need = 2;
                if (c == 0xe0)
                        sniff->low = 0xa0;
                else if (c == 0xed)
                        sniff->high = 0x9f;
        } else if (c >= 0xf0 && c <= 0xf4) {
                sniff->need = 3;
                if (c == 0xf0)
                        sniff->low = 0x90;
                else if (c == 0xf4)
                        sniff->high = 0x8f;
        } else {
                return false;
        }
        return true;
}

static void take_byte(Sniff *sniff, uint8_t c)
{
        sniff->seen |= c > 0x20;
        sniff->control += is_control(c);
        sniff->undefined += c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d;
        if (sniff->need > 0) {
                if (c >= sniff->low && c <= sniff->high) {
                        sniff->low = 0x80;
                        sniff->high = 0xbf;
                        sniff->sequences += --sniff->need == 0;
                        return;
                }
                sniff->need = 0;
                sniff->broken++;
        }
        if (c >= 0x80 && !sequence_begin(sniff, c))
                sniff->broken++;
}

/* Each a unit of two bytes; one that is zero is no text. */
static bool take_wide(Sniff *sniff, const uint8_t *data, size_t len)
{
        for (size_t i = 0; i < len; i++) {
                sniff->seen |= data[i] > 0x20 && data[i] < 0xfe;
                if (sniff->half && sniff->half_nul && data[i] == 0)
                        return false;
                sniff->half_nul = data[i] == 0;
                sniff->half = !sniff->half;
        }
        return true;
}

static bool take_text(Sniff *sniff, const uint8_t *data, size_t len)
{
        sniff->bytes += len;
        if (sniff->wide != ENCODING_MAX)
                return take_wide(sniff, data, len);
        if (memchr(data, 0, len))
                return false;
        for (size_t i = 0; i < len; i++)
                take_byte(sniff, data[i]);
        return true;
}

static bool controlled(const Sniff *sniff)
{
        return sniff->control * 50 > sniff->bytes;
}

static MsgCode judge(Sniff *sniff)
{
        MsgCode code = magic_of(sniff);

        sniff->judged = true;
        if (code != MSG_MAX)
                return code;
        sniff->wide = wide_of(sniff);
        sniff->marked = sniff->n >= 3 && memcmp(sniff->head, "\xef\xbb\xbf", 3) == 0;
        if (sniff->marked) /* which says by itself what the rest is */
                sniff->bytes += 3;
        size_t from = sniff->marked ? 3 : 0;
        if (sniff->n > from && (!take_text(sniff, sniff->head + from, sniff->n - from) || controlled(sniff)))
                return MSG_FILE_BINARY;
        return marked_up(sniff) ? MSG_FILE_MARKUP : MSG_MAX;
}

MsgCode sniff_feed(Sniff *sniff, const void *data, size_t len)
{
        const uint8_t *bytes = data;

        if (!sniff->judged) {
                size_t room = SNIFF_HEAD - sniff->n, n = len < room ? len : room;
                memcpy(sniff->head + sniff->n, bytes, n);
                sniff->n += n;
                MsgCode code = sniff->n == SNIFF_HEAD ? judge(sniff) : MSG_MAX;
                if (code != MSG_MAX)
                        return code;
                bytes += n;
                len -= n;
        }
        return len == 0 || take_text(sniff, bytes, len) ? MSG_MAX : MSG_FILE_BINARY;
}

MsgCode sniff_end(Sniff *sniff, Encoding *ret)
{
        MsgCode code = sniff->judged ? MSG_MAX : judge(sniff);

        if (code != MSG_MAX)
                return code;
        *ret = sniff->wide != ENCODING_MAX ? sniff->wide : ENCODING_UTF8;
        if (controlled(sniff))
                return MSG_FILE_BINARY;
        if (!sniff->seen)
                return MSG_FILE_EMPTY;
        sniff->broken += sniff->need > 0;
        if (sniff->broken == 0 || sniff->wide != ENCODING_MAX)
                return MSG_MAX;
        if (sniff->marked || sniff->sequences > sniff->broken || sniff->undefined > 0)
                return MSG_FILE_ENCODING;
        *ret = ENCODING_WINDOWS1252;
        return MSG_MAX;
}
