/* The parts of a view that are written as in a URL: filter and sort. */
#include <string.h>

#include "model.h"
#include "util.h"

static bool parse_condition(char *part, Condition *ret)
{
        static const char *const ops[] = {"eq", "ne", "lt", "le", "gt", "ge", "in", "nin", "contains",
                "starts", "empty", "filled", "between", "this", "last", "next", "today"};
        char *open = strchr(part, '['), *close = open ? strchr(open, ']') : NULL;

        if (!close || open == part || close[1] != '=')
                return false;
        *open = *close = '\0';
        *ret = (Condition){.field = part, .op = open + 1, .values = close + 2};
        for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
                if (streq(ret->op, ops[i]))
                        return true;
        return false;
}

int parse_filter(const char *filter, Condition ret[CONDITIONS_MAX])
{
        int n = 0;

        if (!filter || !*filter)
                return 0;
        for (const char *part = filter, *end;; part = end + 1) {
                end = part + strcspn(part, "&");
                if (n == CONDITIONS_MAX || !parse_condition(text("%.*s", (int)(end - part), part), &ret[n]))
                        return -1;
                n++;
                if (!*end)
                        return n;
        }
}

unsigned parse_list(const char *list, const char **ret, unsigned max)
{
        unsigned n = 0;

        for (const char *part = list, *end; part && n < max; part = *end ? end + 1 : NULL) {
                end = part + strcspn(part, ",");
                ret[n++] = text("%.*s", (int)(end - part), part);
        }
        return n;
}
