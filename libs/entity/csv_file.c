/* A file to rows: read, decoded, parsed in pieces. */
#include "entity/csv_file.h"

#include <errno.h>
#include <stdio.h>

#include "base/loop.h"
#include "entity/decode.h"

#define BLOCK (64 * 1024)

typedef struct Reading {
        Csv *csv;
        CsvFileRow row;
        void *arg;
} Reading;

static bool on_row(void *arg, const Str *cells, unsigned n)
{
        const Reading *reading = arg;

        return reading->row(reading->arg, csv_rows_line(reading->csv), cells, n);
}

static int feed(Csv *csv, Str text)
{
        return text.len > 0 ? csv_rows_feed(csv, text.p, text.len) : 0;
}

static int read_blocks(FILE *file, Decode *decode, Csv *csv)
{
        Arena *arena = arena_new();
        char *block = arena_raw(arena, BLOCK);
        size_t n;
        int r = 0;

        while (r == 0 && (n = fread(block, 1, BLOCK, file)) > 0) {
                r = feed(csv, decode_feed(decode, block, n));
                task_yield();
        }
        if (r == 0)
                r = ferror(file) ? -ENOENT : feed(csv, decode_end(decode));
        (void)arena_free(arena);
        return r == 0 ? csv_rows_end(csv) : r;
}

int csv_file_read(const char *path, Encoding encoding, CsvFileRow row, void *arg)
{
        Reading reading = {.row = row, .arg = arg};
        Decode decode = {.encoding = encoding};
        FILE *file = fopen(path, "re");

        if (!file)
                return -ENOENT;
        reading.csv = csv_rows_new(on_row, &reading);
        int r = read_blocks(file, &decode, reading.csv);
        reading.csv = csv_rows_free(reading.csv);
        decode_done(&decode);
        (void)fclose(file);
        return r;
}
