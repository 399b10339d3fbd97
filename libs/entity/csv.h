#pragma once

#include "base/str.h"

/* Rows of a CSV file (RFC 4180, by libcsv), fed in pieces. The delimiter is the one of , ; tab that is most
 * frequent in the first line outside of quotes, or the one that a line "sep=;" names before the header; a
 * UTF-8 byte order mark is dropped; empty lines give no row; a line that stands whole in quotes is opened. */

#define CSV_COLUMNS_MAX 300
#define CSV_CELL_MAX    (64 * 1024)

typedef struct Csv Csv;

/* `cells` live during the call alone. A false answer ends the parse. */
typedef bool (*CsvRow)(void *arg, const Str *cells, unsigned n);

Csv *csv_rows_new(CsvRow row, void *arg);
Csv *csv_rows_free(Csv *csv);
/* 0, -EINVAL (a quote in the wrong place), -E2BIG (a cell or a row over the limits), -ECANCELED (the row
 * function said so). */
int csv_rows_feed(Csv *csv, const void *data, size_t len);
int csv_rows_end(Csv *csv);
/* The line of the file, from 1, where the row being told begins: empty lines and those inside of cells count.
 */
int64_t csv_rows_line(const Csv *csv);
