#pragma once

#include "entity/csv.h"
#include "entity/sniff.h"

/* `line` is where the row begins in the file; the rest as CsvRow. */
typedef bool (*CsvFileRow)(void *arg, int64_t line, const Str *cells, unsigned n);

/* The rows of a file, from its encoding; lets other tasks run between blocks. 0, -ENOENT (it can't be
 * opened), or what csv_rows_feed says. */
int csv_file_read(const char *path, Encoding encoding, CsvFileRow row, void *arg);
