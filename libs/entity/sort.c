/* Keyset order. One key: rows with a value, then the null tail, each a plain index range (a row comparison
 * over nulls loses the tail). Several keys: the comparison expanded column by column. */
#include "entity/sort.h"
#include "entity/access.h"
#include "entity/filter.h"

static bool never_null(const Field *field)
{
        switch (field->number) {
        case TAG_ID:
        case TAG_VERSION:
        case TAG_LABEL:
        case TAG_CREATED_AT:
        case TAG_UPDATED_AT:
        case TAG_NUMBER:
                return true;
        default:
                return false;
        }
}

static bool sortable(const Field *field)
{
        if (!field || field->kind == KIND_LONG_TEXT || field->flags & FIELD_SECRET)
                return false;
        switch (store_of(field->kind)) {
        case STORE_NONE:
        case STORE_TEXTS:
        case STORE_CUSTOM:
                return false;
        default:
                return true;
        }
}

/* A custom number is compared as numeric but travels as text. */
static Store cursor_store(const Field *field)
{
        Store store = store_of(field->kind);

        if (!(field->flags & FIELD_CUSTOM))
                return store;
        return store == STORE_BOOL ? STORE_BOOL : STORE_TEXT;
}

void sort_parse(Req *rq, const ModuleRuntime *module, Str text, Sort *ret)
{
        *ret = (Sort){};
        for (Str part; str_take(&text, ',', &part);) {
                bool descending = part.len > 0 && part.p[0] == '-';
                Str name = descending ? (Str){part.p + 1, part.len - 1} : part;
                const Field *field = runtime_field(module, name);

                if (!sortable(field) || !access_field(rq, module, field, ACCESS_ON_VIEW) ||
                        ret->n == CURSOR_KEYS_MAX)
                        req_fail(rq, BAD_FILTER, "sort", utf8_cut(rq->arena, part, 60));
                ret->keys[ret->n++] = (SortKey){.field = field,
                        .sql = field_sql(rq->arena, field),
                        .descending = descending,
                        .nullable = !never_null(field),
                        .store = cursor_store(field)};
        }
}

bool sort_has_tail(const Sort *sort)
{
        return sort->n == 1 && sort->keys[0].nullable;
}

void sort_stores(const Sort *sort, Store ret[static CURSOR_KEYS_MAX])
{
        for (unsigned i = 0; i < sort->n; i++)
                ret[i] = sort->keys[i].store;
}

static const char *direction(bool descending)
{
        return descending ? " DESC" : "";
}

static bool id_descending(const Sort *sort)
{
        return sort->n > 0 && sort->keys[0].descending;
}

/* The key stands in the tail's order too, all null: so that the index (key, id) is walked, not the primary
 * key. */
void sort_order(const Sort *sort, const char *alias, StrBuf *sql)
{
        strbuf_puts(sql, " ORDER BY ");
        for (unsigned i = 0; i < sort->n; i++) {
                const SortKey *key = &sort->keys[i];
                if (alias)
                        strbuf_printf(sql, "%s.k%u", alias, i);
                else
                        strbuf_puts(sql, key->sql);
                strbuf_printf(sql, "%s%s, ", direction(key->descending),
                        sort->n > 1 && key->nullable ? " NULLS LAST" : "");
        }
        strbuf_printf(sql, "%s%s", alias ? alias : "l", alias ? ".kid" : ".id");
        strbuf_puts(sql, direction(id_descending(sort)));
}

static void put_key(StrBuf *sql, PgArgs *args, const SortKey *key, const Value *value)
{
        unsigned n = value_arg(args, key->store, value);
        bool numeric = key->field->flags & FIELD_CUSTOM && store_of(key->field->kind) == STORE_INT8;

        strbuf_printf(sql, numeric ? "($%u::text)::numeric" : "$%u", n);
}

static const char *sign(bool descending)
{
        return descending ? "<" : ">";
}

/* key[i…], id after the cursor's: (k > c OR k IS NULL) OR (k = c AND …). */
static void expanded(const Sort *sort, unsigned i, const Cursor *cursor, StrBuf *sql, PgArgs *args)
{
        if (i == sort->n) {
                strbuf_printf(sql, "l.id %s $%u", sign(id_descending(sort)), pg_arg_uuid(args, &cursor->id));
                return;
        }
        const SortKey *key = &sort->keys[i];
        if (cursor->keys[i].null) {
                strbuf_printf(sql, "(%s IS NULL AND ", key->sql);
        } else {
                strbuf_printf(sql, "(%s %s ", key->sql, sign(key->descending));
                put_key(sql, args, key, &cursor->keys[i]);
                if (key->nullable)
                        strbuf_printf(sql, " OR %s IS NULL", key->sql);
                strbuf_printf(sql, " OR %s = ", key->sql);
                put_key(sql, args, key, &cursor->keys[i]);
                strbuf_puts(sql, " AND ");
        }
        expanded(sort, i + 1, cursor, sql, args);
        strbuf_putc(sql, ')');
}

void sort_after(const Sort *sort, const Cursor *cursor, bool tail, StrBuf *sql, PgArgs *args)
{
        if (sort_has_tail(sort))
                strbuf_printf(sql, " AND %s IS %sNULL", sort->keys[0].sql, tail ? "" : "NOT ");
        if (!cursor || cursor->tail != tail)
                return;
        strbuf_puts(sql, " AND ");
        if (sort->n == 1 && !tail) {
                strbuf_printf(sql, "(%s, l.id) %s (", sort->keys[0].sql, sign(sort->keys[0].descending));
                put_key(sql, args, &sort->keys[0], &cursor->keys[0]);
                strbuf_printf(sql, ", $%u)", pg_arg_uuid(args, &cursor->id));
        } else if (tail) {
                strbuf_printf(sql, "l.id %s $%u", sign(id_descending(sort)), pg_arg_uuid(args, &cursor->id));
        } else {
                expanded(sort, 0, cursor, sql, args);
        }
}
