/* big: prints the rows of a made-up company, or files to import. See README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "big.h"

#define SEED  42
#define YEARS 10

void big_init(Big *big, uint64_t seed, unsigned leads, int64_t until)
{
        *big = (Big){.seed = seed,
                .leads = leads,
                .tasks = leads / 10,
                .until = until,
                .from = until - YEARS * INT64_C(31557600) * 1000000};
        for (unsigned i = 0; i < BIG_USERS; i++) {
                Rng rng = rng_of(big, RNG_USER, i);
                big->users[i] = rng_uuid(&rng, big->from);
        }
}

static const Table *table_of(const char *name)
{
        for (unsigned i = 0; i < big_n_tables; i++)
                if (strcmp(big_tables[i].name, name) == 0)
                        return &big_tables[i];
        return NULL;
}

/* For a shell: name, whether it appends, and how COPY begins. */
static void list_tables(void)
{
        Arena *arena = arena_new();

        for (unsigned i = 0; i < big_n_tables; i++) {
                const Table *table = &big_tables[i];
                (void)printf("%s\t%s\t%s\t%s\n", table->name, table->appends ? "append" : "replace",
                        table->target ? table->target : table->name, table_columns(arena, table));
        }
        (void)arena_free(arena);
}

static int usage(void)
{
        (void)fputs(
                "usage: big tables                        lists the tables: name, append or replace, target, columns\n"
                "       big <table> <leads> [until]       its rows, in COPY BINARY\n"
                "       big --csv <rows> [until]          a file in the shape of a lead-scoring export\n"
                "       big --leads-csv <rows> [until]    a file of leads by the names of our fields\n"
                "`until` is the company's today: RFC 3339, 2026-11-01T00:00:00Z when not given\n",
                stderr);
        return 2;
}

int main(int argc, char **argv)
{
        static Big big;
        uint32_t leads;
        int64_t until;

        if (argc == 2 && strcmp(argv[1], "tables") == 0) {
                list_tables();
                return 0;
        }
        const char *today = argc == 4 ? argv[3] : "2026-11-01T00:00:00Z";
        if (argc < 3 || argc > 4 || parse_u32(str_of(argv[2]), &leads) != 0 || leads == 0 ||
                leads > 4000000 || instant_parse(str_of(today), &until) != 0)
                return usage();
        big_init(&big, SEED, leads, until);
        if (strcmp(argv[1], "--csv") == 0) {
                csv_write(&big);
        } else if (strcmp(argv[1], "--leads-csv") == 0) {
                csv_write_leads(&big);
        } else {
                const Table *table = table_of(argv[1]);
                if (!table)
                        return usage();
                copy_begin();
                table->write(&big);
                copy_end();
        }
        return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
