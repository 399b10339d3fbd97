/* GET /cities: the municipalities for the picker, by name or by code. */
#include <string.h>

#include "base/places.h"
#include "gateway.h"

#define CITIES_MAX 20

void cities_get(Exchange *x, const Module *module)
{
        StrBuf out = {.arena = x->rq.arena};
        const Place *places[CITIES_MAX];
        HttpParam *params;
        Str q = STR("");

        (void)module;
        unsigned n = query_params(x, &params);
        for (unsigned i = 0; i < n; i++) {
                if (!str_is(params[i].name, "q"))
                        parameter_refuse(x, params[i].name);
                q = params[i].value;
        }
        n = place_search(x->rq.arena, q, CITIES_MAX, places);
        strbuf_puts(&out, "{\"items\":[");
        for (unsigned i = 0; i < n; i++) {
                strbuf_puts(&out, i ? ",{" : "{");
                json_put_text(&out, "code", places[i]->code);
                strbuf_putc(&out, ',');
                json_put_text(&out, "name", places[i]->name);
                strbuf_putc(&out, ',');
                json_put_text(&out, "department", places[i]->department);
                strbuf_putc(&out, '}');
        }
        strbuf_puts(&out, "]}");
        reply_json(x, 200, &out);
}
