/* E-mail and web addresses as people type them. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"

#define LOCAL_MAX 64
#define HOST_MAX  253
#define LABEL_MAX 63

/* Lower case in any script, into the buffer. The text is UTF-8. */
static void put_lower(StrBuf *buf, Str text)
{
        const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text.p;

        for (size_t i = 0; i < text.len;) {
                utf8proc_int32_t point = 0;
                utf8proc_ssize_t n = utf8proc_iterate(p + i, (utf8proc_ssize_t)(text.len - i), &point);
                utf8proc_uint8_t bytes[4];
                if (n <= 0)
                        break;
                utf8proc_ssize_t len = utf8proc_encode_char(utf8proc_tolower(point), bytes);
                strbuf_put(buf, bytes, (size_t)len);
                i += (size_t)n;
        }
}

static bool is_alphanumeric(char c)
{
        return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (uint8_t)c >= 0x80;
}

/* Labels of letters, digits and inner hyphens between single dots; more than one, the last not a number. */
static bool is_domain(Str host)
{
        size_t label = 0, labels = 1, digits = 0;

        if (host.len == 0 || host.len > HOST_MAX)
                return false;
        for (size_t i = 0; i < host.len; i++) {
                char c = host.p[i];
                if (c == '.') {
                        if (label == 0 || host.p[i - 1] == '-')
                                return false;
                        label = digits = 0;
                        labels++;
                        continue;
                }
                if (!is_alphanumeric(c) && (c != '-' || label == 0))
                        return false;
                digits += c >= '0' && c <= '9';
                if (++label > LABEL_MAX)
                        return false;
        }
        return labels > 1 && label > 1 && digits < label && host.p[host.len - 1] != '-';
}

/* RFC 5322 dot-atom. */
static bool is_local_part(Str local)
{
        char before = '.';

        if (local.len == 0 || local.len > LOCAL_MAX)
                return false;
        for (size_t i = 0; i < local.len; before = local.p[i++]) {
                char c = local.p[i];
                if (c == '.' ? before == '.'
                             : !is_alphanumeric(c) && (!c || !strchr("!#$%&'*+/=?^_`{|}~-", c)))
                        return false;
        }
        return before != '.';
}

int email_normalise(Arena *arena, Str in, char **ret)
{
        StrBuf buf = {.arena = arena};

        in = str_trim(in);
        const char *at = in.len ? memchr(in.p, '@', in.len) : NULL;
        if (!at || in.len > EMAIL_MAX || !utf8_valid(in))
                return -EINVAL;
        Str local = {in.p, (size_t)(at - in.p)};
        Str domain = {at + 1, in.len - local.len - 1};
        if (!is_local_part(local) || !is_domain(domain))
                return -EINVAL;
        put_lower(&buf, in);
        *ret = buf.p;
        return 0;
}

/* ---- URLs ---- */

static bool begins(Str text, const char *lower)
{
        size_t len = strlen(lower);

        if (text.len < len)
                return false;
        for (size_t i = 0; i < len; i++)
                if ((text.p[i] >= 'A' && text.p[i] <= 'Z' ? text.p[i] | 0x20 : text.p[i]) != lower[i])
                        return false;
        return true;
}

static bool is_ip(Str host)
{
        char text[INET6_ADDRSTRLEN];
        struct in6_addr address;
        bool six = host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']';

        if (six)
                host = (Str){host.p + 1, host.len - 2};
        if (host.len >= sizeof text)
                return false;
        memcpy(text, host.p, host.len);
        text[host.len] = '\0';
        return inet_pton(six ? AF_INET6 : AF_INET, text, &address) == 1;
}

static bool is_port(Str port)
{
        uint32_t number = 0;

        return port.len <= 5 && parse_u32(port, &number) == 0 && number >= 1 && number <= 65535;
}

/* host[:port] */
static bool is_authority(Str authority)
{
        const char *colon = authority.len ? memrchr(authority.p, ':', authority.len) : NULL;
        Str host = authority;

        if (colon && authority.p[authority.len - 1] != ']') {
                host.len = (size_t)(colon - authority.p);
                if (!is_port((Str){colon + 1, authority.len - host.len - 1}))
                        return false;
        }
        return is_domain(host) || is_ip(host);
}

/* Visible, and none of those that only ever come into a URL by mistake or malice. */
static bool is_plain(Str text)
{
        for (size_t i = 0; i < text.len; i++) {
                char c = text.p[i];
                if ((uint8_t)c <= 0x20 || c == 0x7F || strchr("<>\"\\^`{|}", c))
                        return false;
        }
        return utf8_valid(text);
}

int url_normalise(Arena *arena, Str in, char **ret)
{
        StrBuf buf = {.arena = arena};
        const char *scheme = "https://";
        size_t host_len = 0;

        in = str_trim(in);
        if (in.len == 0 || in.len > URL_MAX || !is_plain(in))
                return -EINVAL;
        if (begins(in, "https://") || begins(in, "http://")) {
                scheme = begins(in, "https://") ? "https://" : "http://";
                in = (Str){in.p + strlen(scheme), in.len - strlen(scheme)};
        }
        while (host_len < in.len && !strchr("/?#", in.p[host_len]))
                host_len++;
        if (!is_authority((Str){in.p, host_len}))
                return -EINVAL;
        strbuf_puts(&buf, scheme);
        put_lower(&buf, (Str){in.p, host_len});
        strbuf_put(&buf, in.p + host_len, in.len - host_len);
        *ret = buf.p;
        return 0;
}
