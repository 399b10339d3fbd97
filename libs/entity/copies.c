/* Copies of foreign labels in ref_label: enough to show, search and sort a reference. Owns ref_label and
 * copy_state; a consumer that compares versions, so that repeated and reordered events are harmless. */
#include <stdio.h>
#include <string.h>

#include "entity/copies.h"
#include "entity/record.h"
#include "entity/service_table.h"

/* ---- writing ---- */

static Copy *copy_find(Copies *copies, const Uuid *id)
{
        for (unsigned i = copies->heads[id->b[15] % COPY_HEADS]; i; i = copies->list[i - 1].next)
                if (uuid_compare(&copies->list[i - 1].id, id) == 0)
                        return &copies->list[i - 1];
        return NULL;
}

void copies_init(Copies *ret, Arena *arena, const char *module, unsigned max)
{
        *ret = (Copies){
                .arena = arena, .module = module, .list = arena_array(arena, max + 1, sizeof *ret->list)};
        ret->heads = arena_array(arena, COPY_HEADS, sizeof *ret->heads);
}

void copies_add(Copies *copies, const Copy *copy)
{
        Copy *known = copy_find(copies, &copy->id);

        if (!known) {
                unsigned *head = &copies->heads[copy->id.b[15] % COPY_HEADS];
                known = &copies->list[copies->n++];
                *known = *copy;
                known->next = *head;
                *head = copies->n;
                return;
        }
        if (copy->version < known->version)
                return;
        known->version = copy->version;
        if (copy->has_label)
                known->has_label = true, known->label = copy->label;
        if (copy->has_owner)
                known->has_owner = true, known->owner = copy->owner;
        if (copy->has_deleted)
                known->has_deleted = true, known->deleted = copy->deleted;
}

/* What an event does not tell stays as it is. The UPDATE does not see the rows that the INSERT makes. `told`:
 * 1 label, 2 owner, 4 deleted, 8 whether deleted. */
static const char upsert_sql[] =
        "WITH u AS (SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::int8[], $7::int8[]) "
        "u (id, label, fold, owner, version, told)), "
        "i AS (INSERT INTO ref_label (module, id, label, fold, owner, version, deleted) "
        "SELECT $1, u.id, u.label, u.fold, nullif(u.owner, $9), u.version, u.told & 4 = 4 FROM u ON CONFLICT DO NOTHING) "
        "UPDATE ref_label r SET version = u.version, "
        "label = CASE WHEN u.told & 1 = 1 THEN u.label ELSE r.label END, "
        "fold = CASE WHEN u.told & 1 = 1 THEN u.fold ELSE r.fold END, "
        "owner = CASE WHEN u.told & 2 = 2 THEN nullif(u.owner, $9) ELSE r.owner END, "
        "deleted = CASE WHEN u.told & 8 = 8 THEN u.told & 4 = 4 ELSE r.deleted END "
        "FROM u WHERE r.id = u.id AND r.module = $1 AND (r.version < u.version OR (r.version = u.version AND $8))";

PgStmt copies_stmt(const Copies *copies, bool whole)
{
        Arena *arena = copies->arena;
        PgArgs *args = pg_args(arena);
        unsigned n = copies->n;
        Uuid *ids = arena_array(arena, n + 1, sizeof *ids),
             *owners = arena_array(arena, n + 1, sizeof *owners);
        Str *labels = arena_array(arena, n + 1, sizeof *labels),
            *folds = arena_array(arena, n + 1, sizeof *folds);
        int64_t *versions = arena_array(arena, n + 1, sizeof *versions),
                *told = arena_array(arena, n + 1, sizeof *told);
        const Uuid nil = {};

        for (unsigned i = 0; i < n; i++) {
                const Copy *copy = &copies->list[i];
                ids[i] = copy->id;
                labels[i] = copy->label.p ? copy->label : STR("");
                folds[i] = text_fold(arena, labels[i]);
                owners[i] = copy->owner;
                versions[i] = copy->version;
                told[i] = copy->has_label + 2 * copy->has_owner + 4 * copy->deleted + 8 * copy->has_deleted;
        }
        (void)pg_arg_text(args, str_of(copies->module));
        (void)pg_arg_uuid_array(args, ids, n);
        (void)pg_arg_text_array(args, labels, n);
        (void)pg_arg_text_array(args, folds, n);
        (void)pg_arg_uuid_array(args, owners, n);
        (void)pg_arg_int8_array(args, versions, n);
        (void)pg_arg_int8_array(args, told, n);
        (void)pg_arg_bool(args, whole);
        (void)pg_arg_uuid(args, &nil);
        return (PgStmt){upsert_sql, args};
}

/* ---- following ---- */

static bool has_changed(const Cauce__Event *event, uint32_t tag)
{
        for (size_t i = 0; i < event->n_changed; i++)
                if (event->changed[i] == tag)
                        return true;
        return false;
}

static Copy copy_of_event(const EventIn *in)
{
        const Cauce__Event *event = in->event;
        const RecordHead *after = in->after ? record_head(in->after) : NULL;
        Copy copy = {.id = event_uuid(event->record), .version = event->version};

        copy.has_label = (after && after->label) || event->type == EVENT_TYPE_ERASED;
        if (after)
                copy.label = str_of(after->label);
        copy.has_owner = has_changed(event, TAG_OWNER) || (after && after->has_owner);
        if (after && after->has_owner)
                copy.owner = event_uuid(after->owner);
        copy.has_deleted = event->type == EVENT_TYPE_DELETED || event->type == EVENT_TYPE_RESTORED;
        copy.deleted = event->type == EVENT_TYPE_DELETED;
        return copy;
}

static int copies_apply(Entity *entity, const EventIn *const *in, unsigned n, const char **ret_reason)
{
        Arena *arena = arena_new();
        int r = 0;

        for (unsigned m = 0; m < entity->service->n_references && r == 0; m++) {
                Copies copies;
                PgRows *rows;
                arena_reset(arena);
                copies_init(&copies, arena, entity->service->references[m], n);
                for (unsigned i = 0; i < n; i++) {
                        if (!streq(in[i]->event->module, copies.module))
                                continue;
                        const Copy copy = copy_of_event(in[i]);
                        copies_add(&copies, &copy);
                }
                if (copies.n == 0)
                        continue;
                PgStmt stmt = copies_stmt(&copies, false);
                r = pg_conn_exec(in[0]->conn, arena, &stmt, 1, &rows);
        }
        (void)arena_free(arena);
        return r;
}

/* ---- scanning ---- */

static PgStmt copies_page(
        Arena *arena, const Module *module, const ProtobufCMessage *const *records, unsigned n)
{
        Copies copies;

        copies_init(&copies, arena, module->key, n);
        for (unsigned i = 0; i < n; i++) {
                const RecordHead *head = record_head(records[i]);
                const Copy copy = {
                        .id = record_id(records[i]),
                        .version = head->version,
                        .has_label = true,
                        .has_owner = true,
                        .has_deleted = true,
                        .deleted = head->has_deleted_at,
                        .label = str_of(head->label),
                        .owner = head->has_owner ? event_uuid(head->owner) : (Uuid){},
                };
                copies_add(&copies, &copy);
        }
        return copies_stmt(&copies, true);
}

/* ---- starting ---- */

static bool is_of(const char *module, const char *service)
{
        size_t n = strlen(service);

        return strncmp(module, service, n) == 0 && module[n] == '.';
}

static int copies_begin(Feed *feed)
{
        const ServiceTable *service = feed->entity->service;
        int r = 0;

        for (unsigned i = 0; i < service->n_references && r == 0; i++) {
                const Module *module = module_by_key(service->references[i]);
                if (module && is_of(module->key, feed->source))
                        r = copies_scan(feed, module, module->key, copies_page);
        }
        return r;
}

static const Consumer consumer = {
        .name = "copies", .copy = true, .apply_all = copies_apply, .start = copies_begin};

int copies_start(Entity *entity)
{
        const ServiceTable *service = entity->service;
        int r = 0;

        for (unsigned i = 0; i < service->n_references && r == 0; i++) {
                char source[64];
                bool known = false;
                (void)snprintf(source, sizeof source, "%.*s", (int)strcspn(service->references[i], "."),
                        service->references[i]);
                for (unsigned j = 0; j < i; j++)
                        known |= is_of(service->references[j], source);
                if (!known && !streq(source, entity->service_name))
                        r = consumers_start(entity, source, &consumer, 1);
        }
        return r;
}
