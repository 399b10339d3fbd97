/* What profiles and keys grant and withhold, as text: "leads.lead:see", "leads.lead.phone:view". */
#include <stdlib.h>
#include <string.h>

#include "entity/principal.h"
#include "people.h"

#define KEY_MAX 50 /* of a custom field */

static const char *const moments[] = {"view", "create", "change"};

/* "a:b" in two. */
static bool split(const char *text, char by, Str *ret_left, Str *ret_right)
{
        const char *at = strrchr(text, by);

        if (!at)
                return false;
        *ret_left = (Str){text, (size_t)(at - text)};
        *ret_right = str_of(at + 1);
        return true;
}

static bool is_one_of(Str text, const char *const *names, unsigned n)
{
        for (unsigned i = 0; i < n; i++)
                if (str_is(text, names[i]))
                        return true;
        return false;
}

bool grant_valid(const char *grant)
{
        Str module, right;

        if (!split(grant, ':', &module, &right) || !is_one_of(right, access_right_names, ACCESS_RIGHTS))
                return false;
        for (unsigned i = 0; cauce_modules[i]; i++)
                if (str_is(module, cauce_modules[i]->key))
                        return true;
        return false;
}

/* A custom field is another service's to know: its name has the right form. */
static bool custom_key(Str name)
{
        static const char prefix[] = "custom.";
        size_t skip = sizeof prefix - 1;

        if (name.len <= skip || name.len > skip + KEY_MAX || memcmp(name.p, prefix, skip) != 0)
                return false;
        for (size_t i = skip; i < name.len; i++) {
                char c = name.p[i];
                bool letter = c >= 'a' && c <= 'z';
                if (!letter && (i == skip || !((c >= '0' && c <= '9') || c == '_')))
                        return false;
        }
        return true;
}

/* The name is what follows "leads.lead.". */
static bool field_of(const Module *module, Str text)
{
        size_t skip = strlen(module->key) + 1;

        if (text.len <= skip || memcmp(text.p, module->key, skip - 1) != 0 || text.p[skip - 1] != '.')
                return false;
        Str name = {text.p + skip, text.len - skip};
        return custom_key(name) || message_field(module->message, name) != NULL;
}

bool denial_valid(const char *denial)
{
        Str field, moment;

        if (!split(denial, ':', &field, &moment) || !is_one_of(moment, moments, 3))
                return false;
        for (unsigned i = 0; cauce_modules[i]; i++)
                if (field_of(cauce_modules[i], field))
                        return true;
        return false;
}

static int compare(const void *a, const void *b)
{
        return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool stood_before(const TextsBefore *before, const char *text)
{
        for (size_t i = 0; before && i < before->n; i++)
                if (streq(before->texts[i], text))
                        return true;
        return false;
}

void texts_check(Req *rq, const char *field, size_t *n, char **texts, const TextsBefore *before,
        bool (*valid)(const char *text), MsgCode refused)
{
        size_t kept = 0;

        if (*n > 1)
                qsort(texts, *n, sizeof *texts, compare);
        for (size_t i = 0; i < *n; i++) {
                if (kept > 0 && streq(texts[kept - 1], texts[i]))
                        continue;
                texts[kept++] = texts[i];
                if (!valid(texts[i]) && !stood_before(before, texts[i]))
                        req_note_at(rq, refused, field,
                                (const char *const[REQ_ARGS_MAX + 1]){
                                        utf8_cut(rq->arena, str_of(texts[i]), 120)});
        }
        *n = kept;
}
