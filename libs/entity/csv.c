/* libcsv's two callbacks as one row at a time, with limits. */
#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entity/csv.h"
#include "entity/import.h"

struct Csv {
        struct csv_parser parser;
        struct csv_parser inner; /* of a line that stands whole in quotes */
        StrBuf line;
        unsigned columns; /* of the first row */
        char delimiter;
        CsvRow row;
        void *arg;
        StrBuf cells;                    /* the row's bytes */
        size_t ends[IMPORT_COLUMNS_MAX]; /* of each cell in them */
        unsigned n;
        bool begun;
        int error;
};

Csv *csv_rows_new(CsvRow row, void *arg)
{
        Csv *csv = calloc(1, sizeof *csv);

        if (!csv || csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI) != 0 ||
                csv_init(&csv->inner, CSV_STRICT | CSV_STRICT_FINI) != 0)
                abort();
        csv->row = row;
        csv->arg = arg;
        return csv;
}

Csv *csv_rows_free(Csv *csv)
{
        if (csv) {
                csv_free(&csv->parser);
                csv_free(&csv->inner);
                strbuf_done(&csv->cells);
                strbuf_done(&csv->line);
        }
        free(csv);
        return NULL;
}

static void on_cell(void *data, size_t len, void *arg)
{
        Csv *csv = arg;

        if (csv->error)
                return;
        if (csv->n == IMPORT_COLUMNS_MAX || len > IMPORT_CELL_MAX) {
                csv->error = -E2BIG;
                return;
        }
        strbuf_put(&csv->cells, data, len);
        csv->ends[csv->n++] = csv->cells.len;
}

static void emit(Csv *csv)
{
        Str cells[IMPORT_COLUMNS_MAX];
        size_t from = 0;

        for (unsigned i = 0; i < csv->n; i++) {
                cells[i] = (Str){csv->cells.p ? csv->cells.p + from : "", csv->ends[i] - from};
                from = csv->ends[i];
        }
        if (!csv->columns)
                csv->columns = csv->n;
        if (!csv->error && csv->n > 0 && !csv->row(csv->arg, cells, csv->n))
                csv->error = -ECANCELED;
        csv->n = 0;
        csv->cells.len = 0;
}

static void on_inner_row(int c, void *arg)
{
        (void)c;
        emit(arg);
}

/* Spreadsheets that save a file twice put whole lines in quotes: one cell where the header has many. */
static bool wrapped(const Csv *csv)
{
        return csv->columns > 1 && csv->n == 1 && csv->cells.len > 0 &&
               memchr(csv->cells.p, csv->delimiter, csv->cells.len);
}

static void on_row(int c, void *arg)
{
        Csv *csv = arg;

        (void)c;
        if (csv->error || !wrapped(csv)) {
                emit(csv);
                return;
        }
        csv->line.len = 0;
        strbuf_put(&csv->line, csv->cells.p, csv->cells.len);
        csv->n = 0;
        csv->cells.len = 0;
        if ((csv_parse(&csv->inner, csv->line.p, csv->line.len, on_cell, on_inner_row, csv) !=
                            csv->line.len ||
                    csv_fini(&csv->inner, on_cell, on_inner_row, csv) != 0) &&
                !csv->error)
                csv->error = -EINVAL;
}

static char delimiter_of(Str text)
{
        static const char candidates[] = {',', ';', '\t'};
        size_t counts[sizeof candidates] = {0};
        unsigned best = 0;

        for (size_t i = 0; i < text.len && text.p[i] != '\n'; i++)
                for (unsigned j = 0; j < sizeof candidates; j++)
                        counts[j] += text.p[i] == candidates[j];
        for (unsigned j = 1; j < sizeof candidates; j++)
                if (counts[j] > counts[best])
                        best = j;
        return candidates[best];
}

int csv_rows_feed(Csv *csv, const void *data, size_t len)
{
        Str in = {data, len};

        if (!csv->begun && len > 0) {
                csv->begun = true;
                if (len >= 3 && in.p[0] == '\xef' && in.p[1] == '\xbb' && in.p[2] == '\xbf')
                        in = (Str){in.p + 3, len - 3};
                csv->delimiter = delimiter_of(in);
                csv_set_delim(&csv->parser, (unsigned char)csv->delimiter);
                csv_set_delim(&csv->inner, (unsigned char)csv->delimiter);
        }
        if (csv_parse(&csv->parser, in.p, in.len, on_cell, on_row, csv) != in.len && !csv->error)
                csv->error = -EINVAL;
        return csv->error;
}

int csv_rows_end(Csv *csv)
{
        if (!csv->error && csv_fini(&csv->parser, on_cell, on_row, csv) != 0 && !csv->error)
                csv->error = -EINVAL;
        return csv->error;
}
