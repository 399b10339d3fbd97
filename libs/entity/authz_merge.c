/* Events of identity merged into the copies of its records. An event holds the changed fields alone; one that
 * does not follow the version that is there, or has lost its image, makes the module be scanned again. */
#include "entity/authz_copies.h"
#include "entity/record.h"

#define HEADS 4096

typedef struct Held {
        AuthzCopy copy; /* version 0 = there is none yet */
        bool changed;
        unsigned next; /* in its chain; 0 = end */
} Held;

typedef struct Merge {
        Arena *arena;
        PgConn *conn;
        unsigned n, n_lost;
        Held *list;
        unsigned *heads; /* chains, by the id's last bytes */
        Str *lost;       /* copies that have lost their place, by their names in copy_state */
} Merge;

static unsigned *head_of(const Merge *merge, const Uuid *id)
{
        return &merge->heads[(id->b[15] | id->b[14] << 8) % HEADS];
}

static AuthzCopy *merge_find(const Merge *merge, const Module *module, const Uuid *id)
{
        for (unsigned i = *head_of(merge, id); i; i = merge->list[i - 1].next) {
                AuthzCopy *copy = &merge->list[i - 1].copy;
                if (copy->module == module && uuid_compare(&copy->id, id) == 0)
                        return copy;
        }
        return NULL;
}

/* Makes room for the records that the events are about; returns the newest event among them. */
static int64_t merge_plan(Merge *merge, const EventIn *const *in, unsigned n)
{
        int64_t newest = 0;

        merge->list = arena_array(merge->arena, n + 1, sizeof *merge->list);
        merge->lost = arena_array(merge->arena, n + 1, sizeof *merge->lost);
        merge->heads = arena_array(merge->arena, HEADS, sizeof *merge->heads);
        for (unsigned i = 0; i < n; i++) {
                const Uuid id = event_uuid(in[i]->event->record);
                if (!authz_module(in[i]->event->module))
                        continue;
                if (in[i]->event->seq > newest)
                        newest = in[i]->event->seq;
                if (merge_find(merge, in[i]->module, &id))
                        continue;
                merge->list[merge->n++] =
                        (Held){.copy = {.module = in[i]->module, .id = id}, .next = *head_of(merge, &id)};
                *head_of(merge, &id) = merge->n;
        }
        return newest;
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
                modules[i] = str_of(merge->list[i].copy.module->key);
                ids[i] = merge->list[i].copy.id;
        }
        (void)pg_arg_text_array(args, modules, merge->n);
        (void)pg_arg_uuid_array(args, ids, merge->n);
        int r = pg_conn_exec(merge->conn, arena, &(PgStmt){sql, args}, 1, &rows);
        for (int row = 0; r == 0 && row < pg_rows(rows); row++) {
                Str key = pg_text(rows, row, 0), bytes = pg_text(rows, row, 3);
                const Module *module = module_by_key(arena_strndup(arena, key.p, key.len));
                const Uuid id = pg_uuid(rows, row, 1);
                AuthzCopy *copy = merge_find(merge, module, &id);
                copy->record = record_unpack(arena, module->message, bytes.p, bytes.len);
                copy->version = copy->record ? pg_int(rows, row, 2) : 0;
        }
        return r;
}

/* `changed` and absent in `after` = null. */
static void set_changed(AuthzCopy *copy, const EventIn *in)
{
        for (size_t i = 0; i < in->event->n_changed; i++) {
                const Field *field = message_field_tag(copy->module->message, in->event->changed[i]);
                if (!field || field->number == TAG_ID || field->number == TAG_VERSION)
                        continue;
                if (in->after && record_has(in->after, field))
                        record_borrow(copy->record, in->after, field);
                else
                        record_clear(copy->record, field);
        }
}

static void set_head(AuthzCopy *copy, const EventIn *in)
{
        RecordHead *head = record_head(copy->record);
        const RecordHead *after = in->after ? record_head(in->after) : NULL;

        if (after && after->label)
                head->label = after->label;
        head->has_version = head->has_updated_at = true;
        head->version = copy->version = in->event->version;
        head->updated_at = in->event->at;
        head->has_updated_by = in->event->has_actor;
        head->updated_by = in->event->actor;
}

static void lose_place(Merge *merge, const Module *module)
{
        const Str source = str_of(authz_source(merge->arena, module->key));

        for (unsigned i = 0; i < merge->n_lost; i++)
                if (str_eq(merge->lost[i], source))
                        return;
        merge->lost[merge->n_lost++] = source;
}

static void merge_event(Merge *merge, const EventIn *in)
{
        const Cauce__Event *event = in->event;
        const Uuid id = event_uuid(event->record);
        AuthzCopy *copy = merge_find(merge, in->module, &id);
        bool imaged = in->after || event->type == EVENT_TYPE_ERASED || event->n_changed == 0;

        if (event->version <= copy->version)
                return;
        if (event->version != copy->version + 1 || !imaged) {
                lose_place(merge, in->module);
                return;
        }
        if (!copy->record) {
                copy->record = record_new(merge->arena, in->module->message);
                RecordHead *head = record_head(copy->record);
                const RecordHead *after = in->after ? record_head(in->after) : NULL;
                record_set_uuid(merge->arena, &head->id, &head->has_id, &id);
                head->has_number = after && after->has_number;
                head->number = after ? after->number : 0;
        }
        set_changed(copy, in);
        set_head(copy, in);
        ((Held *)copy)->changed = true;
}
_Static_assert(offsetof(Held, copy) == 0, "a Held begins with its copy");

static int merge_save(const Merge *merge)
{
        static const char changed_sql[] =
                "UPDATE copy_state SET changes = changes + 1, updated_at = now() WHERE source = ANY($1)";
        static const char lost_sql[] =
                "UPDATE copy_state SET state = 'scanning', scanned_to = NULL WHERE source = ANY($1)";
        Arena *arena = merge->arena;
        AuthzCopy *changed = arena_array(arena, merge->n + 1, sizeof *changed);
        Str *sources = arena_array(arena, merge->n + 1, sizeof *sources);
        PgArgs *which = pg_args(arena), *lost = pg_args(arena);
        PgRows *rows[3];
        unsigned n = 0;

        for (unsigned i = 0; i < merge->n; i++)
                if (merge->list[i].changed) {
                        changed[n] = merge->list[i].copy;
                        sources[n++] = str_of(authz_source(arena, merge->list[i].copy.module->key));
                }
        (void)pg_arg_text_array(which, sources, n);
        (void)pg_arg_text_array(lost, merge->lost, merge->n_lost);
        const PgStmt stmts[] = {authz_copy_stmt(arena, changed, n), {changed_sql, which}, {lost_sql, lost}};
        return n + merge->n_lost ? pg_conn_exec(merge->conn, arena, stmts, 3, rows) : 0;
}

int authz_merge(Entity *entity, const EventIn *const *in, unsigned n, const char **ret_reason)
{
        AuthzWatch *watch = entity->watch;
        Feed *feed = feed_of(entity, AUTHZ_SOURCE);
        Merge merge = {.arena = arena_new(), .conn = in[0]->conn};
        int64_t newest = merge_plan(&merge, in, n);
        int r = merge.n ? merge_load(&merge) : 0;

        (void)ret_reason;
        for (unsigned i = 0; i < n && r == 0 && merge.n; i++)
                if (authz_module(in[i]->event->module))
                        merge_event(&merge, in[i]);
        if (r == 0)
                r = merge_save(&merge);
        if (r == 0 && newest) {
                watch->copied = true;
                watch->touched = newest > watch->touched ? newest : watch->touched;
                feed_want(feed, newest);
                feed->restart |= merge.n_lost > 0;
        }
        (void)arena_free(merge.arena);
        return r;
}
