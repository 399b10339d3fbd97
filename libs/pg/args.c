/* Parameters of a statement in PostgreSQL's binary format. */
#include <assert.h>
#include <endian.h>
#include <string.h>

#include "pg/pg.h"
#include "pg/wire.h"

PgArgs *pg_args(Arena *arena)
{
        PgArgs *args = arena_alloc(arena, sizeof *args);

        args->arena = arena;
        return args;
}

#define ARGS_FIRST 16

static void args_grow(PgArgs *args)
{
        unsigned max = args->max ? 2 * args->max : ARGS_FIRST;
        Arena *arena = args->arena;

        args->types =
                arena_grow(arena, args->types, args->max * sizeof *args->types, max * sizeof *args->types);
        args->values =
                arena_grow(arena, args->values, args->max * sizeof *args->values, max * sizeof *args->values);
        args->lengths = arena_grow(
                arena, args->lengths, args->max * sizeof *args->lengths, max * sizeof *args->lengths);
        args->max = max;
}

/* `value` lives as the arena. */
static unsigned arg_put(PgArgs *args, uint32_t type, const void *value, size_t len)
{
        assert(args->n < PG_ARGS_MAX && len <= INT32_MAX);
        if (args->n == args->max)
                args_grow(args);
        args->types[args->n] = type;
        args->values[args->n] = value;
        args->lengths[args->n] = (int)len;
        return ++args->n;
}

static unsigned arg_copy(PgArgs *args, uint32_t type, const void *value, size_t len)
{
        return arg_put(args, type, len ? arena_memdup(args->arena, value, len) : "", len);
}

unsigned pg_arg_null(PgArgs *args, uint32_t type)
{
        return arg_put(args, type, NULL, 0);
}

unsigned pg_arg_bool(PgArgs *args, bool value)
{
        return arg_put(args, PG_BOOL, value ? "\1" : "\0", 1);
}

unsigned pg_arg_int4(PgArgs *args, int32_t value)
{
        uint32_t wire = htobe32((uint32_t)value);

        return arg_copy(args, PG_INT4, &wire, sizeof wire);
}

unsigned pg_arg_int8(PgArgs *args, int64_t value)
{
        uint64_t wire = htobe64((uint64_t)value);

        return arg_copy(args, PG_INT8, &wire, sizeof wire);
}

unsigned pg_arg_text(PgArgs *args, Str value)
{
        return arg_copy(args, PG_TEXT, value.p, value.len);
}

unsigned pg_arg_uuid(PgArgs *args, const Uuid *value)
{
        return arg_copy(args, PG_UUID, value->b, sizeof value->b);
}

unsigned pg_arg_date(PgArgs *args, int32_t days)
{
        uint32_t wire = htobe32((uint32_t)days - (uint32_t)WIRE_EPOCH_DAYS);

        return arg_copy(args, PG_DATE, &wire, sizeof wire);
}

unsigned pg_arg_timestamptz(PgArgs *args, int64_t at_us)
{
        uint64_t wire = htobe64((uint64_t)at_us - (uint64_t)WIRE_EPOCH_US);

        return arg_copy(args, PG_TIMESTAMPTZ, &wire, sizeof wire);
}

unsigned pg_arg_jsonb(PgArgs *args, Str json)
{
        char *wire = arena_alloc(args->arena, json.len + 1);

        wire[0] = WIRE_JSONB_VERSION;
        if (json.len)
                memcpy(wire + 1, json.p, json.len);
        return arg_put(args, PG_JSONB, wire, json.len + 1);
}

unsigned pg_arg_bytea(PgArgs *args, const void *data, size_t len)
{
        return arg_copy(args, PG_BYTEA, data, len);
}

unsigned pg_arg_uuid_array(PgArgs *args, const Uuid *values, unsigned n)
{
        size_t len = WIRE_ARRAY_HEAD + (size_t)n * WIRE_UUID_ELEMENT;
        char *wire = arena_alloc(args->arena, len);
        char *at = wire_array_head(wire, PG_UUID, n);

        for (unsigned i = 0; i < n; i++)
                at = wire_element(at, values[i].b, sizeof values[i].b);
        return arg_put(args, PG_UUID_ARRAY, wire, (size_t)(at - wire));
}

unsigned pg_arg_int8_array(PgArgs *args, const int64_t *values, unsigned n)
{
        char *wire = arena_alloc(args->arena, WIRE_ARRAY_HEAD + (size_t)n * (4 + sizeof *values));
        char *at = wire_array_head(wire, PG_INT8, n);

        for (unsigned i = 0; i < n; i++) {
                uint64_t value = htobe64((uint64_t)values[i]);
                at = wire_element(at, &value, sizeof value);
        }
        return arg_put(args, PG_INT8_ARRAY, wire, (size_t)(at - wire));
}

unsigned pg_arg_text_array(PgArgs *args, const Str *values, unsigned n)
{
        size_t len = WIRE_ARRAY_HEAD;

        for (unsigned i = 0; i < n; i++)
                len += 4 + values[i].len;
        char *wire = arena_alloc(args->arena, len);
        char *at = wire_array_head(wire, PG_TEXT, n);

        for (unsigned i = 0; i < n; i++)
                at = wire_element(at, values[i].p, values[i].len);
        return arg_put(args, PG_TEXT_ARRAY, wire, (size_t)(at - wire));
}
