/* Identity's records of who may see and do what, whole, in authz_copy: the consumer that scans them and
 * follows their events (authz_merge.c), and the look for what is new in them. */
#include "entity/authz_copies.h"
#include "entity/copies.h"
#include "entity/record.h"

#define COPIES_MAX 16
#define LOOK_US    INT64_C(2000000)

/* ---- writing ---- */

/* Records lie one after the other in one bytea. */
PgStmt authz_copy_stmt(Arena *arena, const AuthzCopy *list, unsigned n)
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
        AuthzCopy *list = arena_array(arena, n + 1, sizeof *list);

        for (unsigned i = 0; i < n; i++)
                list[i] = (AuthzCopy){.module = module,
                        .id = record_id(records[i]),
                        .version = record_head(records[i])->version,
                        .record = (ProtobufCMessage *)(uintptr_t)records[i]};
        return authz_copy_stmt(arena, list, n);
}

const char *authz_source(Arena *arena, const char *module)
{
        return arena_printf(arena, AUTHZ_COPIES "%s", module);
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
                r = copies_scan(feed, module, authz_source(arena, module->key), scan_page);
                (void)arena_free(arena);
        }
        if (r == 0)
                authz_tell(feed->entity->watch, 0);
        return r;
}

static const Consumer consumer = {.name = "authz",
        .copy = true,
        .apply_all = authz_merge,
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
                ret[n] = str_of(authz_source(arena, authz_modules[n]));
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
