/* Ties results to arenas. */
#include "pg/results.h"
#include "pg/heap.h"

static void on_result_end(void *result)
{
        PQclear(result);
}

PgRows *pgresult_keep(Arena *arena, PGresult *result)
{
        arena_cleanup(arena, on_result_end, result);
        return result;
}

SharedResult *pgshared_new(PGresult *result)
{
        SharedResult *shared = heap_new(sizeof *shared);

        shared->refs = 1;
        shared->result = result;
        return shared;
}

SharedResult *pgshared_ref(SharedResult *shared)
{
        shared->refs++;
        return shared;
}

SharedResult *pgshared_unref(SharedResult *shared)
{
        if (shared && --shared->refs == 0) {
                PQclear(shared->result);
                free(shared);
        }
        return NULL;
}

static void on_shared_end(void *shared)
{
        pgshared_unref(shared);
}

PgRows *pgshared_keep(Arena *arena, SharedResult *shared)
{
        arena_cleanup(arena, on_shared_end, shared);
        return shared->result;
}
