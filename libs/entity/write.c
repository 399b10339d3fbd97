/* Creating, changing, deleting and restoring one record through the grouped writer. */
#include <sodium.h>
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/events.h"
#include "entity/sql_write.h"
#include "entity/storage.h"
#include "entity/validate.h"
#include "entity/write.h"

ProtobufCMessage *entity_read(Req *rq, const ModuleRuntime *module, const Uuid *id, bool deleted)
{
        PgRows *rows;
        int row;

        req_pg(rq, pg_get(rq->entity->pg, rq->arena, module->sql_get, id, rq->deadline, &rows, &row));
        if (row < 0)
                req_fail(rq, NOT_FOUND, NULL, NULL);
        ProtobufCMessage *record =
                record_row(rq->arena, module->module, module->columns, module->n_columns, rows, row, 0);
        if (record_head(record)->has_deleted_at && !deleted)
                req_fail(rq, NOT_FOUND, NULL, NULL);
        return record;
}

ProtobufCMessage *entity_load(Req *rq, const ModuleRuntime *module, const Uuid *id, bool deleted)
{
        access_check(rq, module, ACCESS_SEE);
        ProtobufCMessage *record = entity_read(rq, module, id, deleted);
        access_check_record(rq, module, record, ACCESS_SEE);
        return record;
}

static WriteEvent event_of(Req *rq)
{
        return (WriteEvent){
                .event_id = uuid_v7(), .at = rq->now, .actor = rq->context.user, .trace = rq->context.trace};
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

static int save(Req *rq, const ModuleRuntime *module, const Uuid *id, PgStmt stmt, PgRows **ret)
{
        const PgWrite write = {.stmt = stmt, .table = module->module->table, .id = *id};
        int r = pg_save(rq->entity->pg, rq->arena, &write, rq->deadline, ret);

        if (r == 0 && pg_rows(*ret) > 0)
                relay_poke(rq->entity);
        return r;
}

/* The unique field that a constraint or index "<table>_<field>…" stands for; NULL = not one of ours. */
static const Field *unique_field(const ModuleRuntime *module, const char *constraint)
{
        size_t skip = strlen(module->module->table) + 1;
        const Field *found = NULL;

        for (unsigned i = 0; constraint && i < module->n_columns; i++) {
                const Field *field = module->columns[i];
                if (field->flags & FIELD_UNIQUE && strlen(constraint) > skip &&
                        strstr(constraint + skip, field->name))
                        found = field;
        }
        return found;
}

static void save_checked(Req *rq, const ModuleRuntime *module, int r)
{
        if (r == PG_E_CHECK) /* what holds over several records, when two changed them at once */
                req_fail(rq, CONFLICT, NULL, NULL);
        if (r != PG_E_UNIQUE)
                req_pg(rq, r);
        if (r == PG_E_UNIQUE) {
                const Field *field = unique_field(module, pg_constraint());
                req_fail(rq, DUPLICATE, field ? req_printf(rq, "/%s", field->name) : NULL, NULL);
        }
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

static bool once_of(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record, WriteOnce *ret)
{
        if (!rq->context.idempotency_key)
                return false;
        size_t len = protobuf_c_message_get_packed_size(record);
        uint8_t *data = arena_alloc(rq->arena, len + 1);
        crypto_hash_sha256_state state;

        (void)protobuf_c_message_pack(record, data);
        *ret = (WriteOnce){.principal = rq->context.user, .key = str_of(rq->context.idempotency_key)};
        (void)crypto_hash_sha256_init(&state);
        (void)crypto_hash_sha256_update(
                &state, (const uint8_t *)module->module->key, strlen(module->module->key));
        (void)crypto_hash_sha256_update(&state, data, len);
        (void)crypto_hash_sha256_final(&state, ret->hash);
        return true;
}

/* The record as it was made, out of what was sent: for who made one that is somebody else's. */
static ProtobufCMessage *as_made(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *sent, const ProtobufCMessage *now)
{
        ProtobufCMessage *record = record_copy(rq->arena, module->module->message, sent);
        RecordHead *head = record_head(record);
        const RecordHead *is = record_head(now);

        head->has_id = head->has_version = head->has_created_at = head->has_updated_at = true;
        head->id = is->id;
        head->version = 1;
        head->created_at = head->updated_at = is->created_at;
        head->has_number = is->has_number;
        head->number = is->number;
        head->label = is->version == 1 ? is->label : NULL;
        return record;
}

/* What the key did before: its record, or NULL when the key is new. */
static ProtobufCMessage *replay(
        Req *rq, const ModuleRuntime *module, const WriteOnce *once, const ProtobufCMessage *sent)
{
        static const char sql[] = "SELECT hash, record FROM idem WHERE principal = $1 AND key = $2";
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_uuid(args, &once->principal);
        (void)pg_arg_text(args, once->key);
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        if (pg_rows(rows) == 0)
                return NULL;
        Str hash = pg_text(rows, 0, 0);
        if (hash.len != sizeof once->hash || sodium_memcmp(hash.p, once->hash, sizeof once->hash) != 0)
                req_fail(rq, KEY_REUSED, "Idempotency-Key", NULL);
        Uuid id = pg_uuid(rows, 0, 1);
        ProtobufCMessage *now = entity_read(rq, module, &id, false);
        return access_sees(rq, module, now) ? now : as_made(rq, module, sent, now);
}

/* The same for a repeat that has problems: they count only when there is nothing to repeat. */
static ProtobufCMessage *replay_despite(
        Req *rq, const ModuleRuntime *module, const WriteOnce *once, const ProtobufCMessage *sent)
{
        unsigned n = rq->n_problems;

        rq->n_problems = 0;
        ProtobufCMessage *former = replay(rq, module, once, sent);
        if (!former)
                rq->n_problems = n;
        return former;
}

/* Why the guarded INSERT refused: an id or a unique value that exists. */
static _Noreturn void create_refused(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record)
{
        StrBuf sql = {.arena = rq->arena};
        PgArgs *args = pg_args(rq->arena);
        const Field *fields[64];
        unsigned n = 0;
        PgRows *rows;

        strbuf_puts(&sql, "SELECT true");
        for (unsigned i = 0; i < module->n_columns && n < 64; i++) {
                const Field *field = module->columns[i];
                Value value = record_get(rq->arena, record, field);
                if ((field->number != TAG_ID && !(field->flags & FIELD_UNIQUE)) || value.null)
                        continue;
                strbuf_printf(&sql, ", EXISTS (SELECT 1 FROM %s WHERE %s = $%u%s)", module->module->table,
                        field->name, value_arg(args, store_of(field->kind), &value),
                        field->number == TAG_ID ? "" : " AND deleted_at IS NULL");
                fields[n++] = field;
        }
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql.p, args}, 1, rq->deadline, &rows));
        for (unsigned i = 0; i < n; i++)
                if (pg_bool(rows, 0, (int)i + 1))
                        req_fail(rq, DUPLICATE, req_printf(rq, "/%s", fields[i]->name), NULL);
        req_fail(rq, CONFLICT, NULL, NULL);
}

static void created(Req *rq, ProtobufCMessage *record, const PgRows *rows)
{
        RecordHead *head = record_head(record);

        head->version = pg_int(rows, 0, 0);
        head->has_number = true;
        head->number = pg_int(rows, 0, 1);
        head->label = (char *)pg_text(rows, 0, 2).p;
}

ProtobufCMessage *entity_create(
        Req *rq, const ModuleRuntime *module, ProtobufCMessage *record, bool *ret_replayed)
{
        WriteOnce once;
        PgRows *rows;

        access_check(rq, module, ACCESS_CREATE);
        *ret_replayed = false;
        bool keyed = once_of(rq, module, record, &once);
        complete_new(rq, record);
        const Change change = {.module = module->module, .after = record};
        if (module->hooks->before_save)
                module->hooks->before_save(rq, &change);
        if (!validate_try(rq, module, &change)) {
                /* What was valid when it was done may not be any more: its lead is gone. */
                ProtobufCMessage *former = keyed ? replay_despite(rq, module, &once, record) : NULL;
                *ret_replayed = former != NULL;
                if (former)
                        return former;
                req_check(rq);
        }

        Uuid id = record_id(record);
        WriteEvent event = event_of(rq);
        event_changed_set(rq, &event, module, record);
        event.after = storage_json(rq, module, record, &event);
        PgStmt stmt = {.sql = keyed ? module->sql_create_once : module->sql_create,
                .args = args_create(rq->arena, module, record, record_fold(rq->arena, module, record), &event,
                        keyed ? &once : NULL)};
        int r = save(rq, module, &id, stmt, &rows);
        if (keyed && (r == PG_E_UNIQUE || (r == 0 && pg_rows(rows) == 0))) {
                ProtobufCMessage *former = replay(rq, module, &once, record);
                *ret_replayed = former != NULL;
                if (former)
                        return former;
        }
        save_checked(rq, module, r);
        if (pg_rows(rows) == 0)
                create_refused(rq, module, record);
        created(rq, record, rows);
        if (module->hooks->after_save)
                module->hooks->after_save(rq, &change);
        return record;
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

/* A refused change: gone, forbidden by now, or stale (then with the version in force). */
static _Noreturn void update_refused(Req *rq, const ModuleRuntime *module, const Uuid *id, bool deleted)
{
        const ProtobufCMessage *now = entity_load(rq, module, id, deleted);

        rq->version = record_head(now)->version;
        req_fail(rq, STALE, "If-Match", NULL);
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

ProtobufCMessage *entity_update(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before, ProtobufCMessage *after)
{
        RecordHead *head = record_head(after);
        const Change change = {.module = module->module, .before = before, .after = after};
        Uuid id = record_id(before);
        PgRows *rows;

        access_check_record(rq, module, before, ACCESS_CHANGE);
        if (module->hooks->before_save)
                module->hooks->before_save(rq, &change);
        validate_change(rq, module, &change);
        Diff diff = diff_of(rq, module, before, after);
        if (diff.n == 0)
                return record_copy(rq->arena, module->module->message, before);
        WriteEvent event = update_event(rq, module, &diff, before, after);
        Str fold = diff.fold ? record_fold(rq->arena, module, after) : (Str){};
        PgStmt stmt = stmt_update(rq->arena, module, &id, record_head(before)->version,
                CAUCE__EVENT_TYPE__EVENT_TYPE_UPDATED, after, diff.fields, diff.n, fold, &event);
        save_checked(rq, module, save(rq, module, &id, stmt, &rows));
        if (pg_rows(rows) == 0)
                update_refused(rq, module, &id, false);
        head->version = pg_int(rows, 0, 0);
        head->label = (char *)pg_text(rows, 0, 1).p;
        head->updated_at = rq->now;
        if (!uuid_is_nil(&rq->context.user))
                record_set_uuid(rq->arena, &head->updated_by, &head->has_updated_by, &rq->context.user);
        if (module->hooks->after_save)
                module->hooks->after_save(rq, &change);
        return after;
}

/* Deleting and restoring are changes of deleted_at alone. False when another change came first. */
static bool set_deleted(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before,
        ProtobufCMessage *after, int type)
{
        const Field *field = message_field_tag(module->module->message, TAG_DELETED_AT);
        const int64_t changed[] = {TAG_DELETED_AT};
        WriteEvent event = event_of(rq);
        Uuid id = record_id(before);
        PgRows *rows;

        event.changed = changed;
        event.n_changed = 1;
        event.before = storage_json(rq, module, before, &event);
        event.after = storage_json(rq, module, after, &event);
        PgStmt stmt = stmt_update(rq->arena, module, &id, record_head(before)->version, type, after, &field,
                1, (Str){}, &event);
        save_checked(rq, module, save(rq, module, &id, stmt, &rows));
        if (pg_rows(rows) == 0)
                return false;
        record_head(after)->version = pg_int(rows, 0, 0);
        return true;
}

void entity_delete(Req *rq, const ModuleRuntime *module, const Uuid *id, int64_t version)
{
        const ProtobufCMessage *before = entity_load(rq, module, id, false);
        access_check_record(rq, module, before, ACCESS_DELETE);
        if (record_head(before)->version != version)
                update_refused(rq, module, id, false);
        if (module->hooks->before_delete)
                module->hooks->before_delete(rq, before);
        ProtobufCMessage *after = record_copy(rq->arena, module->module->message, before);
        record_head(after)->has_deleted_at = true;
        record_head(after)->deleted_at = rq->now;
        if (!set_deleted(rq, module, before, after, CAUCE__EVENT_TYPE__EVENT_TYPE_DELETED))
                update_refused(rq, module, id, false);
        if (module->hooks->after_delete)
                module->hooks->after_delete(rq, before);
}

ProtobufCMessage *entity_restore(Req *rq, const ModuleRuntime *module, const Uuid *id)
{
        const ProtobufCMessage *before = entity_load(rq, module, id, true);
        access_check_record(rq, module, before, ACCESS_DELETE);
        if (module->module->flags & MODULE_BY_SYSTEM && !rq->system) /* a session that was ended stays so */
                req_fail(rq, FORBIDDEN, NULL, NULL);
        if (!record_head(before)->has_deleted_at)
                return record_copy(rq->arena, module->module->message, before);
        ProtobufCMessage *after = record_copy(rq->arena, module->module->message, before);
        record_head(after)->has_deleted_at = false;
        if (set_deleted(rq, module, before, after, CAUCE__EVENT_TYPE__EVENT_TYPE_RESTORED))
                return after;
        /* No version was asked for: it is enough that someone else has restored it. */
        before = entity_load(rq, module, id, true);
        if (record_head(before)->has_deleted_at)
                update_refused(rq, module, id, true);
        return record_copy(rq->arena, module->module->message, before);
}
