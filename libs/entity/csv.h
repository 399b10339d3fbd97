#pragma once

#include "base/str.h"

/* Rows of a CSV file (RFC 4180, by libcsv), fed in pieces. The delimiter is the one of , ; tab that is most
 * frequent in the first line; a UTF-8 byte order mark is dropped; empty lines don't count; a line that stands
 * whole in quotes is opened. */

typedef struct Csv Csv;

/* `cells` live during the call alone. A false answer ends the parse. */
typedef bool (*CsvRow)(void *arg, const Str *cells, unsigned n);

Csv *csv_rows_new(CsvRow row, void *arg);
Csv *csv_rows_free(Csv *csv);
/* 0, -EINVAL (a quote in the wrong place), -E2BIG (a cell or a row over the limits), -ECANCELED (the row
 * function said so). */
int csv_rows_feed(Csv *csv, const void *data, size_t len);
int csv_rows_end(Csv *csv);
