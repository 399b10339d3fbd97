/* COPY BINARY on standard output: a row is the parameters that a statement would have. */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "big.h"

static void put(const void *data, size_t len)
{
        if (fwrite(data, 1, len, stdout) != len) {
                perror("standard output");
                exit(1);
        }
}

void copy_begin(void)
{
        static const char head[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";

        put(head, sizeof head);
}

void copy_row(const PgArgs *args)
{
        uint16_t n = htobe16((uint16_t)args->n);

        put(&n, sizeof n);
        for (unsigned i = 0; i < args->n; i++) {
                uint32_t len = htobe32(args->values[i] ? (uint32_t)args->lengths[i] : UINT32_MAX);
                put(&len, sizeof len);
                if (args->values[i])
                        put(args->values[i], (size_t)args->lengths[i]);
        }
}

void copy_end(void)
{
        put("\377\377", 2);
        if (fflush(stdout) != 0)
                exit(1);
}

void copy_int2(PgArgs *args, int16_t value)
{
        uint16_t wire = htobe16((uint16_t)value);

        (void)pg_arg_bytea(args, &wire, sizeof wire);
}

void copy_int4_array(PgArgs *args, const uint32_t *values, unsigned n)
{
        uint32_t *wire = arena_array(args->arena, 5 + 2 * (size_t)n, sizeof *wire);

        wire[0] = htobe32(n ? 1 : 0);
        wire[2] = htobe32(PG_INT4);
        wire[3] = htobe32(n);
        wire[4] = htobe32(1);
        for (unsigned i = 0; i < n; i++) {
                wire[5 + 2 * i] = htobe32(sizeof *values);
                wire[6 + 2 * i] = htobe32(values[i]);
        }
        (void)pg_arg_bytea(args, wire, (n ? 5 + 2 * (size_t)n : 3) * sizeof *wire);
}
