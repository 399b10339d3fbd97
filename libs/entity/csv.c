/* libcsv's two callbacks as one row at a time, with limits. */
#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entity/csv.h"

struct Csv {
        struct csv_parser parser;
        struct csv_parser inner; /* of a line that stands whole in quotes */
        StrBuf opened;
        unsigned columns; /* of the first row */
        char delimiter;
        CsvRow row;
        void *arg;
        StrBuf cells;                 /* the row's bytes */
        size_t ends[CSV_COLUMNS_MAX]; /* of each cell in them */
        unsigned n;
        int64_t line, from; /* being fed; where the row under way began */
        bool begun, after_cr;
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
                strbuf_done(&csv->opened);
        }
        free(csv);
        return NULL;
}

static void on_cell(void *data, size_t len, void *arg)
{
        Csv *csv = arg;

        if (csv->error)
                return;
        if (csv->n == CSV_COLUMNS_MAX || len > CSV_CELL_MAX) {
                csv->error = -E2BIG;
                return;
        }
        strbuf_put(&csv->cells, data, len);
        csv->ends[csv->n++] = csv->cells.len;
}

static void emit(Csv *csv)
{
        Str cells[CSV_COLUMNS_MAX];
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
        csv->opened.len = 0;
        strbuf_put(&csv->opened, csv->cells.p, csv->cells.len);
        csv->n = 0;
        csv->cells.len = 0;
        if ((csv_parse(&csv->inner, csv->opened.p, csv->opened.len, on_cell, on_inner_row, csv) !=
                            csv->opened.len ||
                    csv_fini(&csv->inner, on_cell, on_inner_row, csv) != 0) &&
                !csv->error)
                csv->error = -EINVAL;
}

int64_t csv_rows_line(const Csv *csv)
{
        return csv->from;
}

static const char delimiters[] = {',', ';', '\t'};

static char delimiter_of(Str text)
{
        size_t counts[sizeof delimiters] = {0};
        unsigned best = 0;
        bool quoted = false;

        for (size_t i = 0; i < text.len && (quoted || (text.p[i] != '\n' && text.p[i] != '\r')); i++) {
                quoted ^= text.p[i] == '"';
                for (unsigned j = 0; j < sizeof delimiters; j++)
                        counts[j] += !quoted && text.p[i] == delimiters[j];
        }
        for (unsigned j = 1; j < sizeof delimiters; j++)
                if (counts[j] > counts[best])
                        best = j;
        return delimiters[best];
}

/* The bytes of a first line "sep=;", without its end; 0 = there is none. */
static size_t named_delimiter(Str text)
{
        return text.len >= 6 && memcmp(text.p, "sep=", 4) == 0 &&
                               memchr(delimiters, text.p[4], sizeof delimiters) &&
                               (text.p[5] == '\r' || text.p[5] == '\n')
                       ? 5
                       : 0;
}

/* What the parser gets of the first piece. */
static Str csv_begin(Csv *csv, Str in)
{
        csv->begun = true;
        csv->line = 1;
        if (in.len >= 3 && memcmp(in.p, "\xef\xbb\xbf", 3) == 0)
                in = (Str){in.p + 3, in.len - 3};
        size_t named = named_delimiter(in);
        csv->delimiter = named ? in.p[4] : delimiter_of(in);
        csv_set_delim(&csv->parser, (unsigned char)csv->delimiter);
        csv_set_delim(&csv->inner, (unsigned char)csv->delimiter);
        return (Str){in.p + named, in.len - named};
}

/* The text up to the end of its first line, that included. */
static size_t line_length(Str text)
{
        for (size_t i = 0; i < text.len; i++)
                if (text.p[i] == '\n' || text.p[i] == '\r')
                        return i + 1;
        return text.len;
}

/* Line by line, so that rows know theirs. */
int csv_rows_feed(Csv *csv, const void *data, size_t len)
{
        Str in = {data, len};

        if (!csv->begun && len > 0)
                in = csv_begin(csv, in);
        while (in.len > 0 && !csv->error) {
                size_t n = line_length(in);
                char last = in.p[n - 1];
                bool rest = csv->after_cr && in.p[0] == '\n'; /* the other half of a line's end */
                if (csv->parser.pstate == 0 && !rest)
                        csv->from = csv->line;
                csv->after_cr = false;
                if (csv_parse(&csv->parser, in.p, n, on_cell, on_row, csv) != n && !csv->error)
                        csv->error = -EINVAL;
                csv->line += (last == '\n' || last == '\r') && !rest;
                csv->after_cr = last == '\r';
                in = (Str){in.p + n, in.len - n};
        }
        return csv->error;
}

int csv_rows_end(Csv *csv)
{
        if (!csv->error && csv_fini(&csv->parser, on_cell, on_row, csv) != 0 && !csv->error)
                csv->error = -EINVAL;
        return csv->error;
}
