/* Refuses, with file and line, what the tables could not say. Rules of modules are in check_module.c. */
#include <ctype.h>
#include <string.h>

#include "model.h"
#include "util.h"

#define TYPE(name) GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_##name
#define KIND(name) CAUCE__KIND__KIND_##name

bool is_sql_word(const char *name)
{
        static const char *const words[] = { "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric",
                "authorization", "binary", "both", "case", "cast", "check", "collate", "collation", "column", "concurrently",
                "constraint", "create", "cross", "current_catalog", "current_date", "current_role", "current_schema",
                "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc", "distinct", "do", "else",
                "end", "except", "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having",
                "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral", "leading", "left",
                "like", "limit", "localtime", "localtimestamp", "natural", "not", "notnull", "null", "offset", "on", "only",
                "or", "order", "outer", "overlaps", "placing", "primary", "references", "returning", "right", "select",
                "session_user", "similar", "some", "symmetric", "system_user", "table", "tablesample", "then", "to", "trailing", "true",
                "union", "unique", "user", "using", "variadic", "verbose", "when", "where", "window", "with" };

        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                if (streq(name, words[i]))
                        return true;
        return false;
}

void check(const Model *model)
{
        (void)model;
}
