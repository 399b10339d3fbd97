/* A CSV file gives the same rows however its bytes arrive, and never more than the limits allow. */
#include <stdlib.h>
#include <string.h>

#include "entity/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Seen {
        uint64_t hash;
        unsigned rows;
} Seen;

static bool on_row(void *arg, const Str *cells, unsigned n)
{
        Seen *seen = arg;

        if (n == 0 || n > CSV_COLUMNS_MAX)
                abort();
        for (unsigned i = 0; i < n; i++) {
                if (cells[i].len > CSV_CELL_MAX)
                        abort();
                for (size_t j = 0; j < cells[i].len; j++)
                        seen->hash = (seen->hash ^ (uint8_t)cells[i].p[j]) * UINT64_C(1099511628211);
                seen->hash = (seen->hash ^ 0x100) * UINT64_C(1099511628211);
        }
        seen->rows++;
        return true;
}

static int parse(const uint8_t *data, size_t size, size_t first, Seen *seen)
{
        Csv *csv = csv_rows_new(on_row, seen);
        int r = csv_rows_feed(csv, data, first);

        if (r == 0 && size > first)
                r = csv_rows_feed(csv, data + first, size - first);
        if (r == 0)
                r = csv_rows_end(csv);
        (void)csv_rows_free(csv);
        return r;
}

/* The delimiter is read off the first piece: it holds the header, to the end of its line outside of quotes.
 */
static size_t header_of(const uint8_t *data, size_t size)
{
        bool quoted = false;

        for (size_t i = 0; i < size; i++) {
                quoted ^= data[i] == '"';
                if (!quoted && (data[i] == '\n' || data[i] == '\r'))
                        return i + 1;
        }
        return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        size_t head = header_of(data, size);
        size_t split = head + (size > head ? data[size - 1] % (size - head) : 0);
        Seen whole = {0}, pieces = {0};

        int a = parse(data, size, size, &whole), b = parse(data, size, split, &pieces);
        if (a != b || (a == 0 && (whole.hash != pieces.hash || whole.rows != pieces.rows)))
                abort();
        return 0;
}
