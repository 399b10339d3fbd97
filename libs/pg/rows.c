/* Binary results. Lengths are checked before anything is read; what is null, out of range or of another size
 * reads as zero or empty. */
#include <libpq-fe.h>

#include "pg/pg.h"
#include "pg/wire.h"

int pg_rows(const PgRows *rows)
{
        return rows ? PQntuples(rows) : 0;
}

int pg_columns(const PgRows *rows)
{
        return rows ? PQnfields(rows) : 0;
}

int64_t pg_affected(const PgRows *rows)
{
        int64_t n = 0;

        if (rows)
                (void)parse_i64(str_of(PQcmdTuples((PgRows *)rows)), &n);
        return n;
}

static bool within(const PgRows *rows, int row, int column)
{
        return row >= 0 && row < pg_rows(rows) && column >= 0 && column < pg_columns(rows);
}

static Str value_of(const PgRows *rows, int row, int column)
{
        if (!within(rows, row, column))
                return (Str){};
        return (Str){PQgetvalue(rows, row, column), (size_t)PQgetlength(rows, row, column)};
}

size_t pg_row_size(const PgRows *rows, int row)
{
        int n = within(rows, row, 0) ? pg_columns(rows) : 0;
        size_t size = 0;

        for (int column = 0; column < n; column++)
                size += (size_t)PQgetlength(rows, row, column);
        return size;
}

bool pg_null(const PgRows *rows, int row, int column)
{
        return !within(rows, row, column) || PQgetisnull(rows, row, column);
}

bool pg_bool(const PgRows *rows, int row, int column)
{
        Str value = value_of(rows, row, column);

        return value.len == 1 && value.p[0] != 0;
}

int64_t pg_int(const PgRows *rows, int row, int column)
{
        Str value = value_of(rows, row, column);
        uint16_t small;

        switch (value.len) {
        case 2:
                memcpy(&small, value.p, sizeof small);
                return (int16_t)be16toh(small);
        case 4:
                return (int32_t)wire_get_u32(value.p);
        case 8:
                return (int64_t)wire_get_u64(value.p);
        default:
                return 0;
        }
}

Str pg_text(const PgRows *rows, int row, int column)
{
        Str value = value_of(rows, row, column);

        if (value.len > 0 && PQftype(rows, column) == PG_JSONB)
                return (Str){value.p + 1, value.len - 1};
        return value;
}

char *pg_text_copy(const PgRows *rows, int row, int column, Arena *arena)
{
        Str text = pg_text(rows, row, column);

        return pg_null(rows, row, column) ? NULL : arena_strndup(arena, text.p, text.len);
}

Uuid pg_uuid(const PgRows *rows, int row, int column)
{
        Str value = value_of(rows, row, column);
        Uuid id = {};

        if (value.len == sizeof id.b)
                memcpy(id.b, value.p, sizeof id.b);
        return id;
}

int32_t pg_date(const PgRows *rows, int row, int column)
{
        Str value = value_of(rows, row, column);
        int32_t days;

        if (value.len != 4)
                return 0;
        days = (int32_t)wire_get_u32(value.p);
        /* ±infinity are the ends of the type. */
        if (days == INT32_MIN || days > INT32_MAX - WIRE_EPOCH_DAYS)
                return days == INT32_MIN ? INT32_MIN : INT32_MAX;
        return days + WIRE_EPOCH_DAYS;
}

int64_t pg_timestamptz(const PgRows *rows, int row, int column)
{
        Str value = value_of(rows, row, column);
        int64_t us;

        if (value.len != 8)
                return 0;
        us = (int64_t)wire_get_u64(value.p);
        if (us == INT64_MIN || us > INT64_MAX - WIRE_EPOCH_US)
                return us == INT64_MIN ? INT64_MIN : INT64_MAX;
        return us + WIRE_EPOCH_US;
}

/* The number of elements of a one-dimensional array whose head fits, 0 otherwise; `ret_elements` is what
 * follows. */
static unsigned array_open(Str value, Str *ret_elements)
{
        unsigned n;

        *ret_elements = (Str){};
        if (value.len < WIRE_ARRAY_HEAD || wire_get_u32(value.p) != 1)
                return 0;
        n = wire_get_u32(value.p + 12);
        *ret_elements = (Str){value.p + WIRE_ARRAY_HEAD, value.len - WIRE_ARRAY_HEAD};
        return n <= ret_elements->len / 4 ? n : 0;
}

/* The next element, a null as an empty one; false when the array ends before it does. */
static bool array_next(Str *elements, Str *ret)
{
        uint32_t len;

        if (elements->len < 4)
                return false;
        len = wire_get_u32(elements->p);
        *elements = (Str){elements->p + 4, elements->len - 4};
        if (len == UINT32_MAX)
                len = 0;
        if (len > elements->len)
                return false;
        *ret = (Str){elements->p, len};
        *elements = (Str){elements->p + len, elements->len - len};
        return true;
}

unsigned pg_text_array(const PgRows *rows, int row, int column, Arena *arena, Str **ret)
{
        Str elements;
        unsigned n = array_open(value_of(rows, row, column), &elements);
        unsigned got = 0;

        *ret = arena_array(arena, n ? n : 1, sizeof **ret);
        while (got < n && array_next(&elements, &(*ret)[got]))
                got++;
        return got;
}

unsigned pg_int_array(const PgRows *rows, int row, int column, Arena *arena, int64_t **ret)
{
        Str elements, element;
        unsigned n = array_open(value_of(rows, row, column), &elements);
        unsigned got = 0;

        *ret = arena_array(arena, n ? n : 1, sizeof **ret);
        while (got < n && array_next(&elements, &element)) {
                if (element.len == 4)
                        (*ret)[got] = (int32_t)wire_get_u32(element.p);
                else if (element.len == 8)
                        (*ret)[got] = (int64_t)wire_get_u64(element.p);
                got++;
        }
        return got;
}
