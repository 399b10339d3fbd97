/* The planner's statistics of owners and the indexes of lists. Owns what was read last. */
#include <stdlib.h>
#include <string.h>

#include "entity/access_stats.h"

#define FRESH_US    INT64_C(300000000)
#define AGAIN_US    INT64_C(10000000) /* after it failed */
#define DEADLINE_US INT64_C(10000000)
#define SCALE       1e-9 /* parts travel as integers */

struct AccessStats {
        Arena *arena; /* of the tables; NULL before the first are read */
        unsigned n;
        AccessTable *tables;
        int64_t until; /* monotonic: good until then */
        bool reading;
};

static struct AccessStats *stats_get(Entity *entity)
{
        if (!entity->access_stats)
                entity->access_stats = calloc(1, sizeof *entity->access_stats);
        if (!entity->access_stats)
                abort();
        return entity->access_stats;
}

/* ---- reading ---- */

static AccessTable *table_of(struct AccessStats *stats, Str name)
{
        for (unsigned i = 0; i < stats->n; i++)
                if (str_is(name, stats->tables[i].name))
                        return &stats->tables[i];
        AccessTable *table = &stats->tables[stats->n++];
        *table = (AccessTable){.name = arena_strndup(stats->arena, name.p, name.len)};
        return table;
}

/* Rows of one table stand together. */
static void take_index(struct AccessStats *stats, const PgRows *rows, int row)
{
        AccessTable *table = table_of(stats, pg_text(rows, row, 0));
        const char **indexes = (const char **)table->indexes;
        Str columns = pg_text(rows, row, 1);

        if (!indexes)
                indexes = arena_array(stats->arena, (size_t)(pg_rows(rows) - row), sizeof *indexes);
        indexes[table->n_indexes++] = arena_strndup(stats->arena, columns.p, columns.len);
        table->indexes = indexes;
}

static int by_id(const void *a, const void *b)
{
        return uuid_compare(&((const AccessShare *)a)->id, &((const AccessShare *)b)->id);
}

/* What is neither null nor of the common ones is shared by the others. */
static double rest_of(const AccessColumn *column, double null, double distinct)
{
        double left = 1 - null;

        for (unsigned i = 0; i < column->n; i++)
                left -= column->common[i].part;
        if (left <= 0)
                return 0;
        return left / (distinct > column->n + 1 ? distinct - column->n : 1);
}

/* table, column, rows, null, distinct, common values, their parts */
static void take_column(struct AccessStats *stats, const PgRows *rows, int row)
{
        AccessTable *table = table_of(stats, pg_text(rows, row, 0));
        AccessColumn *column = str_is(pg_text(rows, row, 1), "owner") ? &table->owner : &table->assigned_to;
        int64_t *parts;
        Str *values;
        unsigned n = pg_text_array(rows, row, 5, stats->arena, &values);
        unsigned n_parts = pg_int_array(rows, row, 6, stats->arena, &parts);
        AccessShare *common = arena_array(stats->arena, n + 1, sizeof *common);

        for (unsigned i = 0; i < n && i < n_parts; i++)
                if (uuid_parse(values[i], &common[column->n].id) == 0)
                        common[column->n++].part = (double)parts[i] * SCALE;
        qsort(common, column->n, sizeof *common, by_id);
        column->common = common;
        table->analyzed = true;
        table->rows = (double)pg_int(rows, row, 2);
        column->rest = rest_of(column, (double)pg_int(rows, row, 3) * SCALE, (double)pg_int(rows, row, 4));
}

static void take(struct AccessStats *stats, PgRows *const rows[2])
{
        Arena *former = stats->arena;

        stats->arena = arena_new();
        stats->n = 0;
        stats->tables = arena_array(
                stats->arena, (size_t)(pg_rows(rows[0]) + pg_rows(rows[1])) + 1, sizeof *stats->tables);
        for (int row = 0; row < pg_rows(rows[0]); row++)
                take_index(stats, rows[0], row);
        for (int row = 0; row < pg_rows(rows[1]); row++)
                take_column(stats, rows[1], row);
        (void)arena_free(former);
}

int access_stats_read(Entity *entity)
{
        /* An expression stands as "?". */
        static const char indexes_sql[] =
                "SELECT c.relname::text, string_agg(coalesce(a.attname, '?'), ',' ORDER BY k.place) "
                "FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid "
                "JOIN pg_am m ON m.oid = x.relam "
                "CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place) "
                "LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number AND a.attnum > 0 "
                "WHERE c.relnamespace = current_schema()::regnamespace AND i.indisvalid AND m.amname = 'btree' "
                "AND coalesce(pg_get_expr(i.indpred, i.indrelid), '(deleted_at IS NULL)') "
                "~ '^\\(?\\(deleted_at IS NULL\\)( AND \\(\\w+ IS NOT NULL\\)\\))?$' "
                "GROUP BY i.indexrelid, c.relname ORDER BY c.relname";
        static const char columns_sql[] =
                "SELECT s.tablename::text, s.attname::text, c.reltuples::bigint, (s.null_frac * 1e9)::bigint, "
                "(CASE WHEN s.n_distinct < 0 THEN -s.n_distinct * c.reltuples ELSE s.n_distinct END)::bigint, "
                "s.most_common_vals::text::text[], "
                "ARRAY(SELECT (part * 1e9)::bigint FROM unnest(s.most_common_freqs) part) "
                "FROM pg_stats s JOIN pg_class c "
                "ON c.relname = s.tablename AND c.relnamespace = current_schema()::regnamespace "
                "WHERE s.schemaname = current_schema() AND s.attname IN ('owner', 'assigned_to') "
                "AND c.reltuples > 0 ORDER BY s.tablename";
        static const PgStmt stmts[] = {{.sql = indexes_sql}, {.sql = columns_sql}};
        struct AccessStats *stats = stats_get(entity);
        Arena *arena = arena_new();
        PgRows *rows[2];

        int r = pg_list(entity->pg, arena, stmts, 2, clock_monotonic() + DEADLINE_US, rows);
        if (r == 0)
                take(stats, rows);
        stats->until = clock_monotonic() + (r == 0 ? FRESH_US : AGAIN_US);
        (void)arena_free(arena);
        return r;
}

void access_stats_put(Entity *entity, const AccessTable *table)
{
        struct AccessStats *stats = stats_get(entity);

        (void)arena_free(stats->arena);
        stats->arena = arena_new();
        stats->tables = arena_memdup(stats->arena, table, table ? sizeof *table : 0);
        stats->n = table ? 1 : 0;
        stats->until = INT64_MAX;
}

static void read_task(void *arg)
{
        Entity *entity = arg;

        (void)access_stats_read(entity);
        entity->access_stats->reading = false;
}

/* ---- asking ---- */

const AccessTable *access_stats_of(Req *rq, const Module *module)
{
        struct AccessStats *stats = stats_get(rq->entity);

        if (!stats->reading && clock_monotonic() >= stats->until && !rq->entity->stopping)
                stats->reading = task_spawn(rq->entity->loop, read_task, rq->entity, NULL) == 0;
        for (unsigned i = 0; i < stats->n; i++)
                if (streq(stats->tables[i].name, module->table))
                        return &stats->tables[i];
        return NULL;
}

void access_stats_done(Entity *entity)
{
        struct AccessStats *stats = entity->access_stats;

        if (!stats)
                return;
        while (stats->reading)
                task_sleep(1000);
        (void)arena_free(stats->arena);
        free(stats);
        entity->access_stats = NULL;
}

double access_part(const AccessColumn *column, const Uuid *id, bool *ret_common)
{
        const AccessShare key = {.id = *id};
        const AccessShare *share =
                column->n ? bsearch(&key, column->common, column->n, sizeof key, by_id) : NULL;

        *ret_common = share != NULL;
        return share ? share->part : column->rest;
}

bool access_indexed(const AccessTable *table, const char *columns)
{
        size_t len = strlen(columns);

        for (unsigned i = 0; i < table->n_indexes; i++)
                if (strncmp(table->indexes[i], columns, len) == 0 &&
                        (table->indexes[i][len] == ',' || table->indexes[i][len] == '\0'))
                        return true;
        return false;
}
