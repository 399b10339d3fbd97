/* Search text to SQL. Where a searchable field is withheld, `fold` finds the records and the fields that are
 * seen must have the word, too. */
#include "entity/access.h"
#include "entity/filter_private.h"
#include "entity/record.h"

#define SEARCH_WORDS_MAX 8
#define SHORT_WORD       3 /* characters; shorter ones count at the beginning of a word alone */

static void put_like(StrBuf *pattern, Str folded)
{
        for (size_t i = 0; i < folded.len; i++) {
                if (folded.p[i] == '%' || folded.p[i] == '_' || folded.p[i] == '\\')
                        strbuf_putc(pattern, '\\');
                strbuf_putc(pattern, folded.p[i]);
        }
}

unsigned search_pattern(Req *rq, PgArgs *args, const char *before, Str text)
{
        StrBuf pattern = {.arena = rq->arena};

        strbuf_puts(&pattern, before);
        put_like(&pattern, text_fold(rq->arena, text));
        strbuf_putc(&pattern, '%');
        return pg_arg_text(args, (Str){pattern.p, pattern.len});
}

static bool searched(const Field *field)
{
        return field->flags & FIELD_SEARCHABLE && store_of(field->kind) == STORE_TEXT;
}

static bool any_withheld(Req *rq, const ModuleRuntime *module)
{
        for (unsigned i = 0; i < module->n_columns; i++)
                if (searched(module->columns[i]) &&
                        !access_field(rq, module, module->columns[i], ACCESS_ON_VIEW))
                        return true;
        return false;
}

/* One of the fields that are seen has the pattern. */
static void put_seen(Req *rq, const ModuleRuntime *module, bool begins, unsigned pattern, StrBuf *sql)
{
        const char *joiner = " AND (";

        for (unsigned i = 0; i < module->n_columns; i++) {
                const Field *field = module->columns[i];
                if (!searched(field) || !access_field(rq, module, field, ACCESS_ON_VIEW))
                        continue;
                strbuf_printf(sql, begins ? "%s' ' || fold_sql(l.%s) LIKE $%u" : "%sfold_sql(l.%s) LIKE $%u",
                        joiner, field->name, pattern);
                joiner = " OR ";
        }
        strbuf_puts(sql, joiner[1] == 'A' ? " AND false" : ")");
}

void search_sql(Req *rq, const ModuleRuntime *module, Str q, StrBuf *sql, PgArgs *args)
{
        Str folded = str_trim(text_fold(rq->arena, q));
        bool withheld = any_withheld(rq, module);

        strbuf_puts(sql, "true");
        Str word;
        for (unsigned words = 0; words < SEARCH_WORDS_MAX && str_take(&folded, ' ', &word); words++) {
                bool begins = utf8_length(word) < SHORT_WORD;
                unsigned pattern = search_pattern(rq, args, begins ? "% " : "%", word);

                strbuf_printf(sql, " AND l.fold LIKE $%u", pattern);
                if (withheld)
                        put_seen(rq, module, begins, pattern, sql);
        }
}
