/* Fields that a profile withholds: out of what is answered, refused in what is sent. */
#include <sodium.h>
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/record.h"

/* NULL when nothing is withheld: what most people's requests end with. */
static const ModuleAccess *withholding(Req *rq, const ModuleRuntime *module)
{
        const ModuleAccess *access = principal_access(rq, module);

        return access && access->withholds ? access : NULL;
}

/* The bits of the column; of `custom` they hold for every custom field. */
static unsigned column_bits(const ModuleAccess *access, uint32_t number)
{
        for (unsigned i = 0; i < access->module->n_columns; i++)
                if (access->module->columns[i]->number == number)
                        return access->columns[i];
        return 0;
}

/* One that this access was not worked out for is withheld. */
static unsigned custom_bits(const ModuleAccess *access, const char *key)
{
        for (unsigned i = 0; i < access->module->n_custom; i++)
                if (streq(access->module->custom[i]->name, key))
                        return access->custom[i] | column_bits(access, TAG_CUSTOM);
        return ACCESS_ON_VIEW | ACCESS_ON_CREATE | ACCESS_ON_CHANGE;
}

unsigned access_withheld(const ModuleAccess *access, const Field *field)
{
        if (field->flags & FIELD_CUSTOM)
                return custom_bits(access, field->name);
        if (field->number == TAG_LABEL && access->label_withheld)
                return ACCESS_ON_VIEW;
        return column_bits(access, field->number);
}

bool access_field(Req *rq, const ModuleRuntime *module, const Field *field, AccessMoment moment)
{
        const ModuleAccess *access = withholding(rq, module);

        return !access || !(access_withheld(access, field) & moment);
}

bool access_hides(const ModuleAccess *access, const char *pointer)
{
        static const char custom[] = "/custom/";

        if (strncmp(pointer, custom, sizeof custom - 1) == 0)
                return custom_bits(access, pointer + sizeof custom - 1) & ACCESS_ON_VIEW;
        const Field *field = pointer[0] == '/'
                                     ? message_field(access->module->module->message, str_of(pointer + 1))
                                     : NULL;
        return field && access_withheld(access, field) & ACCESS_ON_VIEW;
}

/* ---- what is answered ---- */

/* Records share their lists with the one they were copied from, which stays whole: a list is made anew. */
static void withhold_custom(Arena *arena, const ModuleAccess *access, RecordHead *head)
{
        const Cauce__Custom *whole = head->custom;
        Cauce__Custom *seen = arena_alloc(arena, sizeof *seen);

        cauce__custom__init(seen);
        seen->values = arena_array(arena, whole->n_values + 1, sizeof *seen->values);
        for (size_t i = 0; i < whole->n_values; i++)
                if (whole->values[i]->key && !(custom_bits(access, whole->values[i]->key) & ACCESS_ON_VIEW))
                        seen->values[seen->n_values++] = whole->values[i];
        head->custom = seen;
}

static void withhold_labels(Arena *arena, const ModuleAccess *access, RecordHead *head)
{
        const MessageMeta *meta = access->module->module->message;
        Cauce__Label **seen = arena_array(arena, head->n_labels + 1, sizeof *seen);
        size_t n = 0;

        for (size_t i = 0; i < head->n_labels; i++) {
                const Field *field = message_field(meta, str_of(head->labels[i]->field));
                if (field && !(access_withheld(access, field) & ACCESS_ON_VIEW))
                        seen[n++] = head->labels[i];
        }
        head->labels = seen;
        head->n_labels = n;
}

void access_withhold(Arena *arena, const ModuleAccess *access, ProtobufCMessage *record)
{
        const ModuleRuntime *module = access->module;
        RecordHead *head = record_head(record);

        for (unsigned i = 0; i < module->n_columns; i++)
                if (access->columns[i] & ACCESS_ON_VIEW)
                        record_clear(record, module->columns[i]);
        if (head->custom)
                withhold_custom(arena, access, head);
        if (head->n_labels > 0)
                withhold_labels(arena, access, head);
        if (access->label_withheld)
                head->label = NULL;
}

void access_mask(Req *rq, const ModuleRuntime *module, ProtobufCMessage *record)
{
        const ModuleAccess *access = withholding(rq, module);
        RecordHead *head = record_head(record);

        if (!access)
                return;
        access_withhold(rq->arena, access, record);
        if (!access->label_withheld)
                return;
        const char *name = label_in(&module->module->label, rq->context.lang);
        head->label =
                head->has_number ? req_printf(rq, "%s %lld", name, (long long)head->number) : (char *)name;
}

const char *access_mask_tag(Req *rq, const ModuleRuntime *module)
{
        const ModuleAccess *access = withholding(rq, module);
        StrBuf names = {.arena = rq->arena};
        uint8_t hash[crypto_generichash_BYTES_MIN];
        char hex[2 * sizeof hash + 1];

        if (!access)
                return NULL;
        for (unsigned i = 0; i < access->module->n_columns; i++)
                if (access->columns[i] & ACCESS_ON_VIEW)
                        strbuf_printf(&names, "%s\n", access->module->columns[i]->name);
        for (unsigned i = 0; i < access->module->n_custom; i++)
                if (access->custom[i] & ACCESS_ON_VIEW)
                        strbuf_printf(&names, "custom.%s\n", access->module->custom[i]->name);
        if (access->label_withheld)
                strbuf_puts(&names, lang_tag(rq->context.lang));
        if (names.len == 0)
                return NULL;
        (void)crypto_generichash(hash, sizeof hash, (const uint8_t *)names.p, names.len, NULL, 0);
        return arena_strndup(rq->arena, sodium_bin2hex(hex, sizeof hex, hash, sizeof hash), 12);
}

/* ---- what is sent ---- */

static void refuse(Req *rq, const char *parent, const char *name)
{
        req_note(rq, FORBIDDEN_FIELD, req_printf(rq, "%s/%s", parent, name), NULL);
}

static void check_custom(Req *rq, const ModuleAccess *access, const Cauce__Custom *custom, unsigned moments)
{
        for (size_t i = 0; custom && i < custom->n_values; i++) {
                const char *key = custom->values[i]->key;
                bool known = key && runtime_field(access->module, str_of(req_printf(rq, "custom.%s", key)));
                if (known && custom_bits(access, key) & moments)
                        refuse(rq, "/custom", key);
        }
}

void access_check_create(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record)
{
        const unsigned moments = ACCESS_ON_CREATE | ACCESS_ON_VIEW;
        const ModuleAccess *access = withholding(rq, module);

        if (!access)
                return;
        rq->hides = access;
        for (unsigned i = 0; i < access->module->n_columns; i++) {
                const Field *field = access->module->columns[i];
                if (field->number != TAG_CUSTOM && access->columns[i] & moments && record_has(record, field))
                        refuse(rq, "", field->name);
        }
        check_custom(rq, access, record_head(record)->custom, moments);
}

/* Clearing all custom fields would clear withheld ones too. */
static bool withholds_custom(const ModuleAccess *access, unsigned moments)
{
        for (unsigned i = 0; i < access->module->n_custom; i++)
                if (custom_bits(access, access->module->custom[i]->name) & moments)
                        return true;
        return false;
}

void access_check_change(Req *rq, const ModuleRuntime *module, const Cauce__UpdateRequest *update,
        const ProtobufCMessage *change)
{
        const unsigned moments = ACCESS_ON_CHANGE | ACCESS_ON_VIEW;
        const ModuleAccess *access = withholding(rq, module);
        const Cauce__Custom *custom = record_head(change)->custom;

        if (!access)
                return;
        rq->hides = access;
        for (size_t i = 0; i < update->n_changed; i++) {
                const Field *field = message_field_tag(module->module->message, update->changed[i]);
                bool refused =
                        field && (field->number == TAG_CUSTOM ? !custom && withholds_custom(access, moments)
                                                              : access_withheld(access, field) & moments);
                if (refused)
                        refuse(rq, "", field->name);
        }
        check_custom(rq, access, custom, moments);
}
