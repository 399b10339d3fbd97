/* A write up to its statement: rights, rules, checks, and what the event says. */
#include "cauce.pb-c.h"
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/idempotency.h"
#include "entity/storage.h"
#include "entity/validate.h"
#include "entity/write.h"

static WriteEvent event_of(Req *rq)
{
        return (WriteEvent){.event_id = uuid_v7(),
                .at = rq->now,
                .actor = rq->context.user,
                .job = rq->job,
                .trace = rq->context.trace};
}

/* Numbers of the fields that are set, for the event of a new record. */
static void event_changed_set(
        Req *rq, WriteEvent *event, const ModuleRuntime *module, const ProtobufCMessage *record)
{
        int64_t *changed = arena_array(rq->arena, module->n_columns, sizeof *changed);

        for (unsigned i = 0; i < module->n_columns; i++)
                if (record_has(record, module->columns[i]))
                        changed[event->n_changed++] = module->columns[i]->number;
        event->changed = changed;
}

static Str storage_json(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record, const WriteEvent *event)
{
        StrBuf json = {.arena = rq->arena};
        uint32_t *changed = arena_array(rq->arena, event->n_changed + 1, sizeof *changed);

        for (unsigned i = 0; i < event->n_changed; i++)
                changed[i] = (uint32_t)event->changed[i];
        storage_put_json(&json, module->module, record, changed, event->n_changed);
        return (Str){json.p, json.len};
}

/* ---- create ---- */

static void complete_new(Req *rq, ProtobufCMessage *record)
{
        RecordHead *head = record_head(record);

        if (!head->has_id) {
                Uuid id = uuid_v7();
                record_set_uuid(rq->arena, &head->id, &head->has_id, &id);
        }
        head->has_version = head->has_created_at = head->has_updated_at = true;
        head->version = 1;
        head->created_at = head->updated_at = rq->now;
        head->has_deleted_at = head->has_number = false;
        head->has_created_by = head->has_updated_by = false;
        if (uuid_is_nil(&rq->context.user))
                return;
        record_set_uuid(rq->arena, &head->created_by, &head->has_created_by, &rq->context.user);
        record_set_uuid(rq->arena, &head->updated_by, &head->has_updated_by, &rq->context.user);
        if (!head->has_owner)
                record_set_uuid(rq->arena, &head->owner, &head->has_owner, &rq->context.user);
}

bool write_create(Req *rq, const ModuleRuntime *module, ProtobufCMessage *record, Write *ret)
{
        access_check(rq, module, ACCESS_CREATE);
        complete_new(rq, record);
        *ret = (Write){.module = module,
                .type = CAUCE__EVENT_TYPE__EVENT_TYPE_CREATED,
                .change = {.module = module->module, .after = record},
                .id = record_id(record)};
        if (module->hooks->before_save)
                module->hooks->before_save(rq, &ret->change);
        if (!validate_try(rq, module, &ret->change))
                return false;
        WriteEvent event = event_of(rq);
        event_changed_set(rq, &event, module, record);
        event.after = storage_json(rq, module, record, &event);
        ret->id = record_id(record);
        ret->stmt = (PgStmt){.sql = module->sql_create[once_kind(rq->once)],
                .args = args_create(
                        rq->arena, module, record, record_fold(rq->arena, module, record), &event, rq->once)};
        return true;
}

/* ---- change ---- */

bool change_has(Req *rq, const Change *change, const char *name)
{
        const Field *field = message_field(change->module->message, str_of(name));

        if (!field)
                return false;
        return change->before ? record_differs(rq->arena, field, change->before, change->after)
                              : record_has(change->after, field);
}

typedef struct Diff {
        unsigned n;
        const Field **fields;
        bool fold, label;
} Diff;

static Diff diff_of(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before, const ProtobufCMessage *after)
{
        Diff diff = {.fields = arena_array(rq->arena, module->n_columns, sizeof *diff.fields)};

        for (unsigned i = 0; i < module->n_columns; i++) {
                const Field *field = module->columns[i];
                if (field->number <= TAG_DELETED_AT || field->number == TAG_NUMBER ||
                        !record_differs(rq->arena, field, before, after))
                        continue;
                diff.fields[diff.n++] = field;
                diff.fold |= (field->flags & FIELD_SEARCHABLE) != 0;
        }
        diff.label = label_differs(rq->arena, module->module, before, after);
        return diff;
}

static WriteEvent update_event(Req *rq, const ModuleRuntime *module, const Diff *diff,
        const ProtobufCMessage *before, const ProtobufCMessage *after)
{
        WriteEvent event = event_of(rq);
        int64_t *changed = arena_array(rq->arena, diff->n + 1, sizeof *changed);

        for (unsigned i = 0; i < diff->n; i++)
                changed[event.n_changed++] = diff->fields[i]->number;
        event.changed = changed;
        event.after = storage_json(rq, module, after, &event);
        if (diff->label)
                changed[event.n_changed++] = TAG_LABEL;
        event.before = storage_json(rq, module, before, &event);
        return event;
}

void write_update(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before,
        ProtobufCMessage *after, Write *ret)
{
        access_check_record(rq, module, before, ACCESS_CHANGE);
        *ret = (Write){.module = module,
                .type = CAUCE__EVENT_TYPE__EVENT_TYPE_UPDATED,
                .change = {.module = module->module, .before = before, .after = after},
                .id = record_id(before)};
        if (module->hooks->before_save)
                module->hooks->before_save(rq, &ret->change);
        validate_change(rq, module, &ret->change);
        Diff diff = diff_of(rq, module, before, after);
        if (diff.n == 0)
                return;
        WriteEvent event = update_event(rq, module, &diff, before, after);
        Str fold = diff.fold ? record_fold(rq->arena, module, after) : (Str){};
        ret->stmt = stmt_update(rq->arena, module, &ret->id, record_head(before)->version, ret->type, after,
                diff.fields, diff.n, fold, &event, rq->once);
}

/* ---- delete, restore: changes of deleted_at alone ---- */

static void write_deleted(Req *rq, Write *write)
{
        const ModuleRuntime *module = write->module;
        const Field *field = message_field_tag(module->module->message, TAG_DELETED_AT);
        static const int64_t changed[] = {TAG_DELETED_AT};
        WriteEvent event = event_of(rq);

        event.changed = changed;
        event.n_changed = 1;
        event.before = storage_json(rq, module, write->change.before, &event);
        event.after = storage_json(rq, module, write->change.after, &event);
        write->stmt = stmt_update(rq->arena, module, &write->id, record_head(write->change.before)->version,
                write->type, write->change.after, &field, 1, (Str){}, &event, rq->once);
}

static Write deletion_of(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before, int type)
{
        ProtobufCMessage *after = record_copy(rq->arena, module->module->message, before);

        record_head(after)->has_deleted_at = type == CAUCE__EVENT_TYPE__EVENT_TYPE_DELETED;
        record_head(after)->deleted_at = rq->now;
        return (Write){.module = module,
                .type = type,
                .change = {.module = module->module, .before = before, .after = after},
                .id = record_id(before)};
}

void write_delete(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before, int64_t version, Write *ret)
{
        access_check_record(rq, module, before, ACCESS_DELETE);
        if (record_head(before)->version != version)
                entity_stale(rq, module, before);
        if (module->hooks->before_delete)
                module->hooks->before_delete(rq, before);
        *ret = deletion_of(rq, module, before, CAUCE__EVENT_TYPE__EVENT_TYPE_DELETED);
        write_deleted(rq, ret);
}

void write_restore(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before, Write *ret)
{
        access_check_record(rq, module, before, ACCESS_DELETE);
        if (module->module->flags & MODULE_BY_SYSTEM && !rq->system) /* a session that was ended stays so */
                req_fail(rq, FORBIDDEN, NULL, NULL);
        *ret = deletion_of(rq, module, before, CAUCE__EVENT_TYPE__EVENT_TYPE_RESTORED);
        if (record_head(before)->has_deleted_at)
                write_deleted(rq, ret);
}
