/* Reads identity's records and puts the generation made of them in force: in identity from its own tables,
 * elsewhere from authz_copy. */
#include <errno.h>

#include "entity/authz_wait.h"
#include "entity/principals.h"
#include "entity/record.h"

#define READ_US    INT64_C(10000000)
#define WAIT_US    INT64_C(1000)
#define TABLES_MAX 16
#define AT_ONCE    500 /* records that are made a generation of without a helper thread */

typedef struct Reading {
        Entity *entity;
        Arena *arena;
        uint64_t epoch;
        bool own; /* of identity's tables: rows[i] of modules[i]; else rows[0] */
        unsigned n;
        const ModuleRuntime *modules[TABLES_MAX];
        PgRows *rows[TABLES_MAX];
        Authz *made; /* NULL: a copy that can't be read */
} Reading;

/* ---- making, perhaps on a helper thread: nothing of the loop ---- */

static unsigned reading_rows(const Reading *reading)
{
        unsigned n = 0;

        for (unsigned i = 0; i < reading->n; i++)
                n += (unsigned)pg_rows(reading->rows[i]);
        return n;
}

static bool copy_record(const Reading *reading, int row, AuthzRecord *ret)
{
        Str key = pg_text(reading->rows[0], row, 0), data = pg_text(reading->rows[0], row, 1);
        const Module *module = module_by_key(arena_strndup(reading->arena, key.p, key.len));
        const ProtobufCMessage *record =
                module ? record_unpack(reading->arena, module->message, data.p, data.len) : NULL;

        *ret = (AuthzRecord){module, record};
        return record != NULL;
}

static void reading_make(void *arg)
{
        Reading *reading = arg;
        AuthzRecord *records = arena_array(reading->arena, reading_rows(reading) + 1, sizeof *records);
        unsigned n = 0;

        for (unsigned i = 0; i < reading->n; i++)
                for (int row = 0; row < pg_rows(reading->rows[i]); row++) {
                        const ModuleRuntime *module = reading->modules[i];
                        if (reading->own)
                                records[n++] = (AuthzRecord){module->module,
                                        record_row(reading->arena, module->module, module->columns,
                                                module->n_columns, reading->rows[i], row, 0)};
                        else if (!pg_null(reading->rows[i], row, 2))
                                reading->epoch = (uint64_t)pg_int(reading->rows[i], row, 2);
                        else if (!copy_record(reading, row, &records[n++]))
                                return;
                }
        reading->made = authz_build(records, n, reading->epoch);
}

/* ---- reading ---- */

/* Each table by a statement of its own: all up to the epoch is there; what is changed meanwhile may be there
 * or not, and is read again. */
static int read_own(Reading *reading)
{
        PgStmt stmts[TABLES_MAX];

        reading->own = true;
        reading->epoch = authz_epoch(reading->entity).rights;
        for (unsigned i = 0; authz_modules[i]; i++) {
                const char *name = module_by_key(authz_modules[i])->name;
                const ModuleRuntime *module = runtime_module(reading->entity, str_of(name));
                reading->modules[reading->n] = module;
                stmts[reading->n++] = (PgStmt){
                        .sql = arena_printf(reading->arena, "SELECT %s FROM %s WHERE deleted_at IS NULL",
                                module->sql_select, module->module->table)};
        }
        return pg_read(reading->entity->pg, reading->arena, stmts, reading->n, clock_monotonic() + READ_US,
                reading->rows);
}

/* Records and the epoch they are of in one statement: one snapshot. */
static int read_copy(Reading *reading)
{
        static const char sql[] = "SELECT module, record, NULL::int8 FROM authz_copy WHERE NOT deleted "
                                  "UNION ALL SELECT NULL, NULL, settled FROM consumer_state "
                                  "WHERE source = 'identity'";

        reading->n = 1;
        return pg_read(reading->entity->pg, reading->arena, &(PgStmt){.sql = sql}, 1,
                clock_monotonic() + READ_US, reading->rows);
}

/* ---- in force ---- */

static int reload(Entity *entity)
{
        Reading reading = {.entity = entity, .arena = arena_new()};
        bool own = streq(entity->service_name, "identity");

        int r = own ? read_own(&reading) : read_copy(&reading);
        if (r == 0 && reading_rows(&reading) > AT_ONCE)
                loop_offload(entity->loop, reading_make, &reading);
        else if (r == 0)
                reading_make(&reading);
        if (r == 0 && !reading.made)
                r = -EBADMSG;
        if (r == 0) {
                (void)authz_unref(entity->authz);
                entity->authz = reading.made;
        }
        (void)arena_free(reading.arena);
        return r;
}

int authz_reload(Entity *entity)
{
        if (entity->authz_reading) {
                while (entity->authz_reading)
                        task_sleep(WAIT_US);
                return entity->authz_result;
        }
        entity->authz_reading = true;
        entity->authz_result = reload(entity);
        entity->authz_reading = false;
        return entity->authz_result;
}
