/* The consumer that keeps identity's records of who may see and do what, whole, in authz_copy: a scan, then
 * events. An event holds the changed fields alone, so it is merged into the record that is there; one that
 * does not follow the version that is there, or has lost its image, makes the module be scanned again. */
#include <string.h>

#include "base/log.h"
#include "entity/authz_private.h"
#include "entity/copies.h"
#include "entity/record.h"

#define COPIES_MAX 16
#define LOOK_US    INT64_C(2000000)

/* ---- writing ---- */

typedef struct Held {
        const Module *module;
        Uuid id;
        int64_t version; /* 0 = there is none yet */
        ProtobufCMessage *record;
        bool changed;
} Held;

/* Records lie one after the other in one bytea. */
static PgStmt write_stmt(Arena *arena, const Held *list, unsigned n)
{
        static const char sql[] =
                "INSERT INTO authz_copy AS c (module, id, version, deleted, record) "
                "SELECT u.module, u.id, u.version, u.deleted = 1, substr($7, u.at::int4, u.len::int4) "
                "FROM unnest($1::text[], $2::uuid[], $3::int8[], $4::int8[], $5::int8[], $6::int8[]) "
                "u (module, id, version, deleted, at, len) "
                "ON CONFLICT (module, id) DO UPDATE SET version = EXCLUDED.version, deleted = EXCLUDED.deleted, "
                "record = EXCLUDED.record WHERE c.version <= EXCLUDED.version";
        PgArgs *args = pg_args(arena);
        Str *modules = arena_array(arena, n + 1, sizeof *modules);
        Uuid *ids = arena_array(arena, n + 1, sizeof *ids);
        int64_t *numbers = arena_array(arena, 4 * (size_t)n + 1, sizeof *numbers);
        int64_t *versions = numbers, *deleted = versions + n, *at = deleted + n, *lens = at + n;
        StrBuf bytes = {.arena = arena};

        for (unsigned i = 0; i < n; i++) {
                size_t size = protobuf_c_message_get_packed_size(list[i].record);
                modules[i] = str_of(list[i].module->key);
                ids[i] = list[i].id;
                versions[i] = list[i].version;
                deleted[i] = record_head(list[i].record)->has_deleted_at;
                at[i] = (int64_t)bytes.len + 1;
                lens[i] = (int64_t)size;
                char *room = strbuf_reserve(&bytes, size + 1);
                bytes.len += protobuf_c_message_pack(list[i].record, (uint8_t *)room);
        }
        (void)pg_arg_text_array(args, modules, n);
        (void)pg_arg_uuid_array(args, ids, n);
        (void)pg_arg_int8_array(args, versions, n);
        (void)pg_arg_int8_array(args, deleted, n);
        (void)pg_arg_int8_array(args, at, n);
        (void)pg_arg_int8_array(args, lens, n);
        (void)pg_arg_bytea(args, bytes.p ? bytes.p : "", bytes.len);
        return (PgStmt){sql, args};
}

static PgStmt scan_page(
        Arena *arena, const Module *module, const ProtobufCMessage *const *records, unsigned n)
{
        Held *list = arena_array(arena, n + 1, sizeof *list);

        for (unsigned i = 0; i < n; i++)
                list[i] = (Held){.module = module,
                        .id = record_id(records[i]),
                        .version = record_head(records[i])->version,
                        .record = (ProtobufCMessage *)(uintptr_t)records[i]};
        return write_stmt(arena, list, n);
}

static const char *source_of(Arena *arena, const Module *module)
{
        return arena_printf(arena, AUTHZ_COPIES "%s", module->key);
}

/* ---- merging ---- */

typedef struct Merge {
        Arena *arena;
        PgConn *conn;
        unsigned n, n_lost;
        Held *list;
        Str *lost; /* copies that have lost their place, by their names in copy_state */
} Merge;

static Held *held_find(const Merge *merge, const Module *module, const Uuid *id)
{
        for (unsigned i = 0; i < merge->n; i++)
                if (merge->list[i].module == module && uuid_compare(&merge->list[i].id, id) == 0)
                        return &merge->list[i];
        return NULL;
}

/* The records that the events are about, as they are. */
static int merge_load(Merge *merge)
{
        static const char sql[] =
                "SELECT c.module, c.id, c.version, c.record FROM unnest($1::text[], $2::uuid[]) "
                "u (module, id) JOIN authz_copy c ON c.module = u.module AND c.id = u.id";
        Arena *arena = merge->arena;
        PgArgs *args = pg_args(arena);
        Str *modules = arena_array(arena, merge->n + 1, sizeof *modules);
        Uuid *ids = arena_array(arena, merge->n + 1, sizeof *ids);
        PgRows *rows;

        for (unsigned i = 0; i < merge->n; i++) {
                modules[i] = str_of(merge->list[i].module->key);
                ids[i] = merge->list[i].id;
        }
        (void)pg_arg_text_array(args, modules, merge->n);
        (void)pg_arg_uuid_array(args, ids, merge->n);
        int r = pg_conn_exec(merge->conn, arena, &(PgStmt){sql, args}, 1, &rows);
        for (int row = 0; r == 0 && row < pg_rows(rows); row++) {
                Str key = pg_text(rows, row, 0), bytes = pg_text(rows, row, 3);
                const Module *module = module_by_key(arena_strndup(arena, key.p, key.len));
                const Uuid id = pg_uuid(rows, row, 1);
                Held *held = held_find(merge, module, &id);
                held->record = record_unpack(arena, module->message, bytes.p, bytes.len);
                held->version = held->record ? pg_int(rows, row, 2) : 0;
        }
        return r;
}

/* `changed` and absent in `after` = null. */
static void set_changed(Held *held, const EventIn *in)
{
        for (size_t i = 0; i < in->event->n_changed; i++) {
                const Field *field = message_field_tag(held->module->message, in->event->changed[i]);
                if (!field || field->number == TAG_ID || field->number == TAG_VERSION)
                        continue;
                if (in->after && record_has(in->after, field))
                        record_borrow(held->record, in->after, field);
                else
                        record_clear(held->record, field);
        }
}

static void set_head(Held *held, const EventIn *in)
{
        RecordHead *head = record_head(held->record);
        const RecordHead *after = in->after ? record_head(in->after) : NULL;

        if (after && after->label)
                head->label = after->label;
        head->has_version = head->has_updated_at = true;
        head->version = held->version = in->event->version;
        head->updated_at = in->event->at;
        head->has_updated_by = in->event->has_actor;
        head->updated_by = in->event->actor;
        held->changed = true;
}

static void lose_place(Merge *merge, const Module *module)
{
        const Str source = str_of(source_of(merge->arena, module));

        for (unsigned i = 0; i < merge->n_lost; i++)
                if (str_eq(merge->lost[i], source))
                        return;
        merge->lost[merge->n_lost++] = source;
}

static void merge_event(Merge *merge, const EventIn *in)
{
        const Cauce__Event *event = in->event;
        const Uuid id = event_uuid(event->record);
        Held *held = held_find(merge, in->module, &id);
        bool imaged = in->after || event->type == EVENT_TYPE_ERASED || event->n_changed == 0;

        if (event->version <= held->version)
                return;
        if (event->version != held->version + 1 || !imaged) {
                lose_place(merge, in->module);
                return;
        }
        if (!held->record) {
                held->record = record_new(merge->arena, in->module->message);
                record_set_uuid(merge->arena, &record_head(held->record)->id,
                        &record_head(held->record)->has_id, &id);
        }
        set_changed(held, in);
        set_head(held, in);
        if (event->type == EVENT_TYPE_CREATED && in->after && record_head(in->after)->has_number) {
                record_head(held->record)->has_number = true;
                record_head(held->record)->number = record_head(in->after)->number;
        }
}

static int merge_save(const Merge *merge)
{
        static const char changed_sql[] =
                "UPDATE copy_state SET changes = changes + 1, updated_at = now() WHERE source = ANY($1)";
        static const char lost_sql[] =
                "UPDATE copy_state SET state = 'scanning', scanned_to = NULL WHERE source = ANY($1)";
        Arena *arena = merge->arena;
        Held *changed = arena_array(arena, merge->n + 1, sizeof *changed);
        Str *sources = arena_array(arena, merge->n + 1, sizeof *sources);
        PgArgs *which = pg_args(arena), *lost = pg_args(arena);
        PgRows *rows[3];
        unsigned n = 0;

        for (unsigned i = 0; i < merge->n; i++)
                if (merge->list[i].changed) {
                        sources[n] = str_of(source_of(arena, merge->list[i].module));
                        changed[n++] = merge->list[i];
                }
        (void)pg_arg_text_array(which, sources, n);
        (void)pg_arg_text_array(lost, merge->lost, merge->n_lost);
        const PgStmt stmts[] = {write_stmt(arena, changed, n), {changed_sql, which}, {lost_sql, lost}};
        return n + merge->n_lost ? pg_conn_exec(merge->conn, arena, stmts, 3, rows) : 0;
}

/* Makes room for the records of the events that a generation is made of; returns the newest that counts. */
static int64_t merge_plan(Merge *merge, const EventIn *const *in, unsigned n)
{
        int64_t newest = 0;

        merge->list = arena_array(merge->arena, n + 1, sizeof *merge->list);
        merge->lost = arena_array(merge->arena, n + 1, sizeof *merge->lost);
        for (unsigned i = 0; i < n; i++) {
                const Uuid id = event_uuid(in[i]->event->record);
                bool rights;
                if (!authz_counts(in[i]->event->module, in[i]->event->type, &rights))
                        continue;
                if (in[i]->event->seq > newest)
                        newest = in[i]->event->seq;
                if (rights && !held_find(merge, in[i]->module, &id))
                        merge->list[merge->n++] = (Held){.module = in[i]->module, .id = id};
        }
        return newest;
}

static int authz_apply(Entity *entity, const EventIn *const *in, unsigned n, const char **ret_reason)
{
        AuthzWatch *watch = entity->watch;
        Feed *feed = feed_of(entity, AUTHZ_SOURCE);
        Merge merge = {.arena = arena_new(), .conn = in[0]->conn};
        int64_t newest = merge_plan(&merge, in, n);
        int r = merge.n ? merge_load(&merge) : 0;

        (void)ret_reason;
        for (unsigned i = 0; i < n && r == 0 && merge.n; i++)
                if (in[i]->module && authz_module(in[i]->module->key))
                        merge_event(&merge, in[i]);
        if (r == 0)
                r = merge_save(&merge);
        if (r == 0 && newest > watch->touched) {
                watch->touched = newest;
                watch->copied |= merge.n > 0;
        }
        if (r == 0 && newest > feed->wanted)
                feed->wanted = newest;
        if (r == 0 && merge.n_lost > 0)
                feed->restart = true;
        (void)arena_free(merge.arena);
        return r;
}

/* Twice for a change: when the copies have it, and when all before it is known to be there. */
static void authz_fed(Feed *feed)
{
        AuthzWatch *watch = feed->entity->watch;
        bool settled = watch->touched && feed->settled >= watch->touched;

        if (watch->copied || settled)
                authz_tell(watch, 0);
        watch->copied = false;
        if (settled)
                watch->touched = 0;
}

/* ---- starting ---- */

static int authz_begin(Feed *feed)
{
        int r = 0;

        for (unsigned i = 0; authz_modules[i] && r == 0; i++) {
                Arena *arena = arena_new();
                const Module *module = module_by_key(authz_modules[i]);
                r = copies_scan(feed, module, source_of(arena, module), scan_page);
                (void)arena_free(arena);
        }
        if (r == 0)
                authz_tell(feed->entity->watch, 0);
        return r;
}

static const Consumer consumer = {.name = "authz",
        .copy = true,
        .apply_all = authz_apply,
        .start = authz_begin,
        .committed = authz_fed};

int authz_copies_start(Entity *entity)
{
        return consumers_start(entity, AUTHZ_SOURCE, &consumer, 1);
}

/* ---- looking ---- */

static unsigned copies_names(Arena *arena, Str *ret)
{
        unsigned n = 0;

        for (; authz_modules[n] && n < COPIES_MAX; n++)
                ret[n] = str_of(arena_printf(arena, AUTHZ_COPIES "%s", authz_modules[n]));
        return n;
}

/* The position is read before the records, so the generation says no more than it has. While a copy is being
 * scanned (again) nothing is read: what is in force stays, and says no more than it said. */
int authz_copies_look(AuthzWatch *watch)
{
        static const char sql[] =
                "SELECT (SELECT settled FROM consumer_state WHERE source = '" AUTHZ_SOURCE "'), "
                "count(*) FILTER (WHERE state = 'following'), sum(changes)::int8 "
                "FROM copy_state WHERE source = ANY($1)";
        Entity *entity = watch->entity;
        Arena *arena = arena_new();
        PgArgs *args = pg_args(arena);
        Str names[COPIES_MAX];
        unsigned n = copies_names(arena, names);
        PgRows *rows;

        (void)pg_arg_text_array(args, names, n);
        int r = pg_read(entity->pg, arena, &(PgStmt){sql, args}, 1, clock_monotonic() + LOOK_US, &rows);
        if (r == 0 && !pg_null(rows, 0, 0) && pg_int(rows, 0, 1) == n) {
                uint64_t settled = (uint64_t)pg_int(rows, 0, 0);
                int64_t changes = pg_int(rows, 0, 2);
                if (!entity->authz || changes != watch->changes)
                        r = authz_reload(entity);
                else if (settled > entity->authz->epoch)
                        entity->authz->epoch = settled;
                watch->changes = r == 0 ? changes : watch->changes;
        }
        (void)arena_free(arena);
        return r;
}
