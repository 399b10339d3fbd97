/* The catalogue of messages.def, and the language a person reads. */
#include <string.h>

#include "base/message.h"

#define MESSAGE(code, status, key, es, en)                                                                   \
        _Static_assert(sizeof(key) > 1 && sizeof(es) > 1 && sizeof(en) > 1, "MSG_" #code " lacks a text");   \
        _Static_assert((status) == 200 || ((status) >= 400 && (status) <= 599),                              \
                "MSG_" #code ": a status is that of an error, or 200 for what is no problem");
#include "base/messages.def"
#undef MESSAGE

static const struct {
        int status;
        const char *key;
        const char *text[LANG_MAX];
} catalogue[MSG_MAX] = {
#define MESSAGE(code, http, name, es, en)                                                                    \
        [MSG_##code] = {.status = (http), .key = name, .text = {[LANG_ES] = es, [LANG_EN] = en}},
#include "base/messages.def"
#undef MESSAGE
};

static const char *const tags[LANG_MAX] = {[LANG_ES] = "es", [LANG_EN] = "en"};

int msg_status(MsgCode code)
{
        return catalogue[code].status;
}

const char *msg_key(MsgCode code)
{
        return catalogue[code].key;
}

MsgCode msg_code(const char *key)
{
        for (unsigned i = 0; i < MSG_MAX; i++)
                if (streq(catalogue[i].key, key))
                        return (MsgCode)i;
        return MSG_MAX;
}

char *msg_text(Arena *arena, Lang lang, MsgCode code, const char *const *args, unsigned n)
{
        StrBuf buf = {.arena = arena};
        const char *p = catalogue[code].text[lang];

        for (const char *brace; (brace = strchr(p, '{')) != NULL; p = brace + 3) {
                unsigned i = (unsigned)(brace[1] - '0');
                strbuf_put(&buf, p, (size_t)(brace - p));
                if (i < n && args[i])
                        strbuf_puts(&buf, args[i]);
        }
        strbuf_puts(&buf, p);
        return buf.p;
}

const char *lang_tag(Lang lang)
{
        return tags[lang];
}

/* "q=0.8" → 800. What is no weight counts as 1. */
static int64_t weight(Str parameters)
{
        int64_t q = 1000;

        for (Str parameter; str_take(&parameters, ';', &parameter);) {
                parameter = str_trim(parameter);
                if (parameter.len > 2 && (parameter.p[0] | 0x20) == 'q' && parameter.p[1] == '=')
                        (void)parse_decimal((Str){parameter.p + 2, parameter.len - 2}, 3, &q);
        }
        return q;
}

Lang lang_negotiate(Str accept_language)
{
        Lang best = LANG_ES;
        int64_t best_q = 0;

        for (Str range, tag; str_take(&accept_language, ',', &range);) {
                if (!str_take(&range, ';', &tag))
                        continue;
                tag = str_trim(tag);
                int64_t q = weight(range);
                for (unsigned i = 0; i < LANG_MAX; i++) {
                        bool fits = tag.len >= 2 && (tag.p[0] | 0x20) == tags[i][0] &&
                                    (tag.p[1] | 0x20) == tags[i][1] && (tag.len == 2 || tag.p[2] == '-');
                        if (fits && q > best_q) {
                                best = (Lang)i;
                                best_q = q;
                        }
                }
        }
        return best;
}
