/* Creating, changing, deleting and restoring one record through the grouped writer. */
#include <string.h>

#include "cauce.pb-c.h"
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/events.h"
#include "entity/idempotency.h"
#include "entity/labels.h"
#include "entity/verbs.h"
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

/* ---- refused ---- */

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

void entity_stale(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *now)
{
        rq->version = record_head(now)->version;
        if (!rq->system) {
                ProtobufCMessage *seen = record_copy(rq->arena, module->module->message, now);
                access_mask(rq, module, seen);
                labels_fill(rq, module->module, &seen, 1);
                rq->current = req_pack(rq, seen);
        }
        req_fail(rq, STALE, "If-Match", NULL);
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

/* A refused change: gone, forbidden by now, or stale. */
static _Noreturn void update_refused(Req *rq, const ModuleRuntime *module, const Uuid *id, bool deleted)
{
        entity_stale(rq, module, entity_load(rq, module, id, deleted));
}

void write_refused(Req *rq, const Write *write, int code)
{
        const ModuleRuntime *module = write->module;

        if (code == PG_E_CHECK) /* what holds over several records, when two changed them at once */
                req_fail(rq, CONFLICT, NULL, NULL);
        if (code == PG_E_UNIQUE) {
                const Field *field = unique_field(module, pg_constraint());
                req_fail(rq, DUPLICATE, field ? req_printf(rq, "/%s", field->name) : NULL, NULL);
        }
        req_pg(rq, code);
        if (!write->change.before)
                create_refused(rq, module, write->change.after);
        update_refused(rq, module, &write->id, write->type == CAUCE__EVENT_TYPE__EVENT_TYPE_RESTORED);
}

/* ---- done ---- */

static void complete(Req *rq, const Write *write, const PgRows *rows)
{
        RecordHead *head = record_head(write->change.after);
        bool created = !write->change.before;

        head->version = pg_int(rows, 0, 0);
        if (created) {
                head->has_number = true;
                head->number = pg_int(rows, 0, 1);
        }
        head->label = (char *)pg_text(rows, 0, created ? 2 : 1).p;
        if (created)
                return;
        head->updated_at = rq->now;
        if (!uuid_is_nil(&rq->context.user))
                record_set_uuid(rq->arena, &head->updated_by, &head->has_updated_by, &rq->context.user);
}

void write_done(Req *rq, const Write *write, const PgRows *rows)
{
        const EntityHooks *hooks = write->module->hooks;

        complete(rq, write, rows);
        switch (write->type) {
        case CAUCE__EVENT_TYPE__EVENT_TYPE_CREATED:
        case CAUCE__EVENT_TYPE__EVENT_TYPE_UPDATED:
                if (hooks->after_save)
                        hooks->after_save(rq, &write->change);
                break;
        case CAUCE__EVENT_TYPE__EVENT_TYPE_DELETED:
                if (hooks->after_delete)
                        hooks->after_delete(rq, write->change.before);
                break;
        default:
                break;
        }
}

/* 0 and *ret has a row: done. */
static int save(Req *rq, const Write *write, PgRows **ret)
{
        const PgWrite set = {.stmt = write->stmt, .table = write->module->module->table, .id = write->id};
        int r = pg_save(rq->entity->pg, rq->arena, &set, rq->deadline, ret);

        if (r == 0 && pg_rows(*ret) > 0)
                relay_poke(rq->entity);
        return r;
}

void write_save(Req *rq, const Write *write)
{
        PgRows *rows;

        if (!write->stmt.sql)
                return;
        int r = save(rq, write, &rows);
        if (r != 0 || pg_rows(rows) == 0)
                write_refused(rq, write, r);
        write_done(rq, write, rows);
}

/* ---- create ---- */

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

/* What the key did before: its record, or NULL when the key is new or there is none. */
static ProtobufCMessage *replay(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *sent)
{
        int64_t version;
        Uuid id;

        if (!rq->once || !once_done(rq, rq->once, &id, &version))
                return NULL;
        ProtobufCMessage *now = entity_read(rq, module, &id, false);
        return access_sees(rq, module, now) ? now : as_made(rq, module, sent, now);
}

/* What was valid when it was done may not be any more: its lead is gone. Problems count only when there is
 * nothing to repeat. */
static ProtobufCMessage *replay_despite(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *sent)
{
        unsigned n = rq->n_problems;

        rq->n_problems = 0;
        ProtobufCMessage *former = replay(rq, module, sent);
        if (!former)
                rq->n_problems = n;
        return former;
}

ProtobufCMessage *entity_create(
        Req *rq, const ModuleRuntime *module, ProtobufCMessage *record, bool *ret_replayed)
{
        ProtobufCMessage *former = NULL;
        PgRows *rows = NULL;
        Write write;

        if (!write_create(rq, module, record, &write)) {
                former = replay_despite(rq, module, record);
                *ret_replayed = former != NULL;
                if (!former)
                        req_check(rq);
                return former;
        }
        int r = save(rq, &write, &rows);
        if (r == PG_E_UNIQUE || (r == 0 && pg_rows(rows) == 0))
                former = replay(rq, module, record);
        *ret_replayed = former != NULL;
        if (former)
                return former;
        if (r != 0 || pg_rows(rows) == 0)
                write_refused(rq, &write, r);
        write_done(rq, &write, rows);
        return record;
}

/* ---- change, delete, restore ---- */

ProtobufCMessage *entity_update(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before, ProtobufCMessage *after)
{
        Write write;

        write_update(rq, module, before, after, &write);
        if (!write.stmt.sql)
                return record_copy(rq->arena, module->module->message, before);
        write_save(rq, &write);
        return after;
}

void entity_delete(Req *rq, const ModuleRuntime *module, const Uuid *id, int64_t version)
{
        Write write;

        write_delete(rq, module, entity_load(rq, module, id, false), version, &write);
        write_save(rq, &write);
}

/* What the key has restored, as it is now. */
static ProtobufCMessage *restored_before(Req *rq, const ModuleRuntime *module)
{
        int64_t version;
        Uuid id;

        return rq->once && once_done(rq, rq->once, &id, &version) ? entity_load(rq, module, &id, false)
                                                                  : NULL;
}

ProtobufCMessage *entity_restore(
        Req *rq, const ModuleRuntime *module, const Uuid *id, int64_t version, bool *ret_replayed)
{
        ProtobufCMessage *former = restored_before(rq, module);
        PgRows *rows;
        Write write;

        *ret_replayed = former != NULL;
        if (former)
                return former;
        const ProtobufCMessage *before = entity_load(rq, module, id, true);
        write_restore(rq, module, before, &write);
        if (version != 0 && record_head(before)->version != version)
                entity_stale(rq, module, before);
        if (!write.stmt.sql)
                return record_copy(rq->arena, module->module->message, before);
        int r = save(rq, &write, &rows);
        if (r == 0 && pg_rows(rows) > 0) {
                write_done(rq, &write, rows);
                return write.change.after;
        }
        /* Somebody else has restored it: as good, unless a certain version was meant. */
        ProtobufCMessage *now = r == 0 ? entity_load(rq, module, id, true) : NULL;
        former = restored_before(rq, module);
        *ret_replayed = former != NULL;
        if (former)
                return former;
        if (!now || version != 0 || record_head(now)->has_deleted_at)
                write_refused(rq, &write, r);
        return now;
}
