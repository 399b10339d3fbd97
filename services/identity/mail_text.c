/* A message as it goes out, all in ASCII: headers, and the text from the catalogue in the person's language
 * as base64. Owns, answers, emits nothing. */
#include <sodium.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "links.h"

#define NAME_MAX_BYTES 100
#define WORD_BYTES     45 /* of an encoded word, which holds 75 characters at most */
#define LINE_BYTES     57

static bool is_plain(Str text)
{
        for (size_t i = 0; i < text.len; i++) {
                char c = text.p[i];
                bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                             c == ' ' || c == '-';
                if (!plain)
                        return false;
        }
        return text.len <= 60;
}

const char *header_text(Arena *arena, Str text)
{
        char word[sodium_base64_ENCODED_LEN(WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];
        StrBuf out = {.arena = arena};

        if (is_plain(text))
                return arena_strndup(arena, text.p, text.len);
        while (text.len > 0) {
                size_t n = text.len < WORD_BYTES ? text.len : WORD_BYTES;
                while (n < text.len && n > 1 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
                        n--; /* whole characters */
                (void)sodium_bin2base64(
                        word, sizeof word, (const uint8_t *)text.p, n, sodium_base64_VARIANT_ORIGINAL);
                strbuf_printf(&out, "%s=?UTF-8?B?%s?=", out.len ? " " : "", word);
                text = (Str){text.p + n, text.len - n};
        }
        return out.p;
}

/* "Name <address>" in two; the name may be empty. */
static void split_from(const char *from, Str *ret_name, Str *ret_address)
{
        const char *open = strrchr(from, '<'), *close = open ? strchr(open, '>') : NULL;

        *ret_name = open ? str_trim((Str){from, (size_t)(open - from)}) : (Str){};
        *ret_address = open ? (Str){open + 1, close ? (size_t)(close - open - 1) : 0} : str_of(from);
        if (ret_name->len >= 2 && ret_name->p[0] == '"' && ret_name->p[ret_name->len - 1] == '"')
                *ret_name = (Str){ret_name->p + 1, ret_name->len - 2};
}

char *letter_address(Arena *arena, const char *from)
{
        Str name, address;
        char *out;

        for (const char *p = from; *p; p++)
                if ((unsigned char)*p < ' ' || *p == 0x7f)
                        return NULL;
        if (!utf8_valid(str_of(from)))
                return NULL;
        split_from(from, &name, &address);
        return email_normalise(arena, address, &out) == 0 ? out : NULL;
}

/* One line, of a sensible length. */
static const char *clean(Arena *arena, const char *text)
{
        char *out = utf8_cut(arena, str_of(text), NAME_MAX_BYTES);

        for (char *p = out; *p; p++)
                if ((unsigned char)*p < ' ' || *p == 0x7f)
                        *p = ' ';
        return out;
}

/* In lines of 76 characters. */
static void put_body(StrBuf *out, const char *text)
{
        char line[sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];

        for (size_t left = strlen(text); left > 0;) {
                size_t n = left < LINE_BYTES ? left : LINE_BYTES;
                (void)sodium_bin2base64(
                        line, sizeof line, (const uint8_t *)text, n, sodium_base64_VARIANT_ORIGINAL);
                strbuf_printf(out, "%s\r\n", line);
                text += n;
                left -= n;
        }
}

static const char *date_text(Arena *arena, int64_t now_us)
{
        time_t seconds = (time_t)(now_us / 1000000);
        struct tm tm;
        char text[40];

        (void)gmtime_r(&seconds, &tm);
        (void)strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &tm);
        return arena_strdup(arena, text);
}

Letter letter_make(Arena *arena, const LetterParts *parts)
{
        static const struct {
                MsgCode subject, text;
        } codes[LINK_PURPOSE_MAX] = {
                [LINK_INVITE] = {MSG_MAIL_INVITE_SUBJECT, MSG_MAIL_INVITE},
                [LINK_RESET] = {MSG_MAIL_RESET_SUBJECT, MSG_MAIL_RESET},
        };
        const char *const args[] = {clean(arena, parts->company), clean(arena, parts->name), parts->url};
        Lang lang = str_is(parts->lang, "en") ? LANG_EN : LANG_ES;
        Letter letter = {.from = letter_address(arena, parts->from), .to = parts->to};
        StrBuf out = {.arena = arena};
        Str name, address;

        split_from(parts->from, &name, &address);
        const char *subject = msg_text(arena, lang, codes[parts->purpose].subject, args, 3);
        strbuf_printf(&out, "Date: %s\r\n", date_text(arena, parts->now));
        if (name.len > 0)
                strbuf_printf(&out, "From: %s <%s>\r\n", header_text(arena, name), letter.from);
        else
                strbuf_printf(&out, "From: %s\r\n", letter.from);
        strbuf_printf(&out, "To: %s\r\nSubject: %s\r\n", letter.to, header_text(arena, str_of(subject)));
        strbuf_printf(&out, "Message-ID: <%s%s>\r\n", parts->id, strchr(letter.from, '@'));
        strbuf_printf(&out, "Content-Language: %s\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
                lang_tag(lang));
        strbuf_puts(
                &out, "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        put_body(&out, msg_text(arena, lang, codes[parts->purpose].text, args, 3));
        letter.message = (Str){out.p, out.len};
        return letter;
}
