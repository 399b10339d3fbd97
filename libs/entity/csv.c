/* libcsv's two callbacks as one row at a time, with limits. */
#include <csv.h>
#include <errno.h>
#include <stdlib.h>

#include "entity/csv.h"
#include "entity/import.h"

struct Csv {
        struct csv_parser parser;
        CsvRow row;
        void *arg;
        StrBuf cells;                      /* the row's bytes */
        size_t ends[IMPORT_COLUMNS_MAX];   /* of each cell in them */
        unsigned n;
        bool begun;
        int error;
};

Csv *csv_rows_new(CsvRow row, void *arg)
{
        Csv *csv = calloc(1, sizeof *csv);

        if (!csv || csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
                abort();
        csv->row = row;
        csv->arg = arg;
        return csv;
}

Csv *csv_rows_free(Csv *csv)
{
        if (csv) {
                csv_free(&csv->parser);
                strbuf_done(&csv->cells);
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

static void on_row(int c, void *arg)
{
        Csv *csv = arg;
        Str cells[IMPORT_COLUMNS_MAX];
        size_t from = 0;

        (void) c;
        for (unsigned i = 0; i < csv->n; i++) {
                cells[i] = (Str){ csv->cells.p ? csv->cells.p + from : "", csv->ends[i] - from };
                from = csv->ends[i];
        }
        if (!csv->error && csv->n > 0 && !csv->row(csv->arg, cells, csv->n))
                csv->error = -ECANCELED;
        csv->n = 0;
        csv->cells.len = 0;
}

static char delimiter_of(Str text)
{
        static const char candidates[] = { ',', ';', '\t' };
        size_t counts[sizeof candidates] = { 0 };
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
        Str in = { data, len };

        if (!csv->begun && len > 0) {
                csv->begun = true;
                if (len >= 3 && in.p[0] == '\xef' && in.p[1] == '\xbb' && in.p[2] == '\xbf')
                        in = (Str){ in.p + 3, len - 3 };
                csv_set_delim(&csv->parser, (unsigned char) delimiter_of(in));
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
