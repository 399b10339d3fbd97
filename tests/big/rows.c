/* Records, events and labels as rows, whatever the module: the columns, the searchable text and the storage
 * form are those of libs/entity. */
#include <string.h>

#include "big.h"
#include "entity.pb-c.h"
#include "entity/sql_write.h"
#include "entity/storage.h"

#define MODULES_MAX 16

ModuleRuntime table_module(const Module *module)
{
        static const Field *columns[MODULES_MAX][100];
        static const Module *made[MODULES_MAX];
        const MessageMeta *meta = module->message;
        ModuleRuntime runtime = {.module = module};
        unsigned at = 0;

        while (made[at] && made[at] != module)
                at++;
        made[at] = module;
        for (unsigned i = 0; i < meta->n_fields; i++)
                if (store_of(meta->fields[i].kind) != STORE_NONE)
                        columns[at][runtime.n_columns++] = &meta->fields[i];
        runtime.columns = columns[at];
        return runtime;
}

char *table_columns(Arena *arena, const Table *table)
{
        StrBuf list = {.arena = arena};

        if (table->columns_of) {
                ModuleRuntime runtime = table_module(table->columns_of);
                for (unsigned i = 0; i < runtime.n_columns; i++)
                        if (runtime.columns[i]->number != TAG_LABEL)
                                strbuf_printf(&list, "%s, ", runtime.columns[i]->name);
        }
        strbuf_puts(&list, table->columns);
        return list.p;
}

void row_record(Arena *arena, const ModuleRuntime *module, const ProtobufCMessage *record)
{
        PgArgs *args = pg_args(arena);

        for (unsigned i = 0; i < module->n_columns; i++) {
                const Field *field = module->columns[i];
                Store store = store_of(field->kind);
                if (field->number == TAG_LABEL)
                        continue;
                if (store == STORE_CUSTOM) {
                        StrBuf json = {.arena = arena};
                        storage_put_custom(&json, record_head(record)->custom);
                        (void)pg_arg_jsonb(args, (Str){json.p, json.len});
                } else {
                        Value value = record_get(arena, record, field);
                        (void)value_arg(args, store, &value);
                }
        }
        (void)pg_arg_text(args, record_fold(arena, module, record));
        copy_row(args);
}

static void arg_image(
        PgArgs *args, const Module *module, const ProtobufCMessage *record, const uint32_t *tags, unsigned n)
{
        StrBuf json = {.arena = args->arena};

        if (!record) {
                (void)pg_arg_null(args, PG_JSONB);
                return;
        }
        storage_put_json(&json, module, record, tags, n);
        (void)pg_arg_jsonb(args, (Str){json.p, json.len});
}

/* What an event says beside its changed fields: a new record's label and number, a changed one's label. */
enum Said { SAID_CHANGED, SAID_AFTER };

static bool is_told(Arena *arena, const Field *field, const ProtobufCMessage *before,
        const ProtobufCMessage *after, enum Said said)
{
        Store store = store_of(field->kind);

        if (field->number == TAG_LABEL || (field->number == TAG_NUMBER && !before))
                return said == SAID_AFTER;
        if (!before)
                return record_has(after, field);
        if (field->number < TAG_DELETED_AT)
                return false;
        if (store == STORE_CUSTOM)
                return record_head(before)->custom != record_head(after)->custom;
        Value a = record_get(arena, before, field), b = record_get(arena, after, field);
        return !value_equal(store, &a, &b);
}

static unsigned told(Arena *arena, const ModuleRuntime *module, const ProtobufCMessage *before,
        const ProtobufCMessage *after, enum Said said, uint32_t *ret)
{
        unsigned n = 0;

        for (unsigned i = 0; i < module->n_columns; i++)
                if (is_told(arena, module->columns[i], before, after, said))
                        ret[n++] = module->columns[i]->number;
        return n;
}

void row_event(Arena *arena, const ModuleRuntime *module, int64_t seq, const LeadStep *step,
        const ProtobufCMessage *before, const ProtobufCMessage *after)
{
        PgArgs *args = pg_args(arena);
        uint32_t tags[100];
        Rng rng = step->rng;
        Uuid event = rng_uuid(&rng, step->at), record = record_id(after);
        uint64_t trace[2] = {rng_next(&rng), rng_next(&rng)};

        (void)pg_arg_int8(args, seq);
        (void)pg_arg_uuid(args, &event);
        (void)pg_arg_text(args, str_of(module->module->name));
        (void)pg_arg_uuid(args, &record);
        (void)pg_arg_int8(args, record_head(after)->version);
        copy_int2(args, (int16_t)step->type);
        (void)pg_arg_timestamptz(args, step->at);
        (void)pg_arg_uuid(args, &step->actor);
        (void)pg_arg_text(args, str_of(arena_printf(arena, "%016llx%016llx", (unsigned long long)trace[0],
                                        (unsigned long long)trace[1])));
        unsigned n = told(arena, module, before, after, SAID_CHANGED, tags);
        copy_int4_array(args, tags, n);
        arg_image(args, module->module, before, tags, n);
        n = told(arena, module, before, after, SAID_AFTER, tags);
        arg_image(args, module->module, after, tags, n);
        copy_row(args);
}

void row_created(
        Arena *arena, const ModuleRuntime *module, int64_t seq, const ProtobufCMessage *record, Rng rng)
{
        const RecordHead *head = record_head(record);
        LeadStep step = {.type = CAUCE__EVENT_TYPE__EVENT_TYPE_CREATED, .at = head->created_at, .rng = rng};

        memcpy(&step.actor, head->created_by.data, sizeof step.actor);
        row_event(arena, module, seq, &step, NULL, record);
}

void row_ref(Arena *arena, const Module *module, const ProtobufCMessage *record)
{
        const RecordHead *head = record_head(record);
        PgArgs *args = pg_args(arena);
        Uuid id = record_id(record);

        (void)pg_arg_text(args, str_of(module->key));
        (void)pg_arg_uuid(args, &id);
        (void)pg_arg_text(args, str_of(head->label));
        (void)pg_arg_text(args, text_fold(arena, str_of(head->label)));
        (void)(head->has_owner ? pg_arg_bytea(args, head->owner.data, head->owner.len)
                               : pg_arg_null(args, PG_UUID));
        (void)pg_arg_int8(args, head->version);
        (void)pg_arg_bool(args, head->has_deleted_at);
        copy_row(args);
}
