/* One JSON object a line on stderr, built on the stack and written at once, so that lines of several
 * processes on one pipe do not mix (PIPE_BUF). What does not fit is left out and said so. */
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "base/time.h"

#define LINE_MAX_BYTES 4096
#define TEXT_MAX       1500 /* bytes of one field */

static char service_name[64] = "-";
static LogLevel max_level = LOG_LEVEL_INFO;

static const char *const level_names[LOG_LEVEL_MAX] = {
        [LOG_LEVEL_ERROR] = "error",
        [LOG_LEVEL_WARN] = "warn",
        [LOG_LEVEL_INFO] = "info",
        [LOG_LEVEL_DEBUG] = "debug",
};

typedef struct Line {
        char text[LINE_MAX_BYTES];
        size_t len;
        bool full;
} Line;

/* The tail {"truncated":true} always fits. */
#define TAIL ",\"truncated\":true}\n"

static void put(Line *line, const char *data, size_t len)
{
        if (line->full || len > sizeof line->text - sizeof TAIL - line->len) {
                line->full = true;
                return;
        }
        memcpy(line->text + line->len, data, len);
        line->len += len;
}

static void put_byte(Line *line, uint8_t c)
{
        static const char hex[] = "0123456789abcdef";
        static const char short_escapes[] = "\"\"\\\\\bb\ff\nn\rr\tt";

        for (const char *e = short_escapes; *e; e += 2) {
                if ((uint8_t)e[0] == c) {
                        put(line, (char[]){'\\', e[1]}, 2);
                        return;
                }
        }
        if (c < 0x20 || c == 0x7F)
                put(line, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
        else
                put(line, (char[]){(char)c}, 1);
}

/* A quoted string; bytes that are no UTF-8 become U+FFFD, what is too long ends in an ellipsis. */
static void put_text(Line *line, const char *text)
{
        size_t len = strnlen(text, TEXT_MAX + 1);
        bool cut = len > TEXT_MAX;

        put(line, "\"", 1);
        for (size_t i = 0; i < len && (!cut || i < TEXT_MAX - 4);) {
                size_t n = 1;
                if ((uint8_t)text[i] >= 0x80)
                        for (n = 4; n > 1; n--)
                                if (i + n <= len && utf8_valid((Str){text + i, n}) &&
                                        utf8_length((Str){text + i, n}) == 1)
                                        break;
                if (n > 1)
                        put(line, text + i, n);
                else if ((uint8_t)text[i] >= 0x80)
                        put(line, "\xEF\xBF\xBD", 3);
                else
                        put_byte(line, (uint8_t)text[i]);
                i += n;
        }
        put(line, cut ? "\xE2\x80\xA6\"" : "\"", cut ? 4 : 1);
}

static void put_number(Line *line, int64_t number)
{
        char digits[24];
        size_t at = sizeof digits;
        uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

        do {
                digits[--at] = (char)('0' + rest % 10);
                rest /= 10;
        } while (rest);
        if (number < 0)
                digits[--at] = '-';
        put(line, digits + at, sizeof digits - at);
}

/* All of a field or nothing of it. */
static void put_field(Line *line, const char *key, const char *text, int64_t number)
{
        size_t before = line->len;

        put(line, before ? "," : "{", 1);
        put_text(line, key);
        put(line, ":", 1);
        if (text)
                put_text(line, text);
        else
                put_number(line, number);
        if (line->full)
                line->len = before;
}

void log_init(const char *service, LogLevel level)
{
        size_t len = strnlen(service, sizeof service_name - 1);

        memcpy(service_name, service, len);
        service_name[len] = '\0';
        max_level = level;
}

void log_write(LogLevel level, const char *trace, const char *event, const LogField *fields, unsigned n)
{
        Line line;
        char now[28];

        if (level > max_level)
                return;
        line.len = 0;
        line.full = false;
        instant_format(clock_realtime(), now);
        put_field(&line, "time", now, 0);
        put_field(&line, "level", level_names[level], 0);
        put_field(&line, "service", service_name, 0);
        if (trace && trace[0])
                put_field(&line, "trace", trace, 0);
        put_field(&line, "event", event, 0);
        for (unsigned i = 0; i < n && !line.full; i++)
                put_field(&line, fields[i].key, fields[i].text, fields[i].number);
        const char *tail = line.full ? TAIL : "}\n";
        memcpy(line.text + line.len, tail, strlen(tail));
        line.len += strlen(tail);
        (void)!write(STDERR_FILENO, line.text, line.len);
}
