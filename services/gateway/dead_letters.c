/* /dead-letters: events that the services' consumers could not apply. */
#include <string.h>

#include "entity.cauce.h"
#include "entity/verbs.h"
#include "gateway.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX     200

/* "activities", in the order of the tables; NULL after the last. */
static const char *service_at(unsigned n)
{
        const char *former = NULL;

        for (unsigned i = 0; cauce_modules[i]; i++) {
                if (former && streq(former, cauce_modules[i]->service))
                        continue;
                former = cauce_modules[i]->service;
                if (n-- == 0)
                        return former;
        }
        return NULL;
}

typedef struct List {
        Str service; /* empty = all */
        Str from;    /* the service to begin with; empty = the first */
        int64_t after;
        unsigned limit;
        bool has_state;
        Cauce__DeadLetterState state;
} List;

static void read_state(Exchange *x, List *list, Str value)
{
        for (unsigned i = 1; i < dead_letter_state_enum.n; i++)
                if (str_is(value, dead_letter_state_enum.names[i])) {
                        list->has_state = true;
                        list->state = (Cauce__DeadLetterState)i;
                        return;
                }
        req_fail(&x->rq, NOT_AN_OPTION, "state", utf8_cut(x->rq.arena, value, 60));
}

/* "leads.17": behind that letter. */
static void read_cursor(Exchange *x, List *list, Str value)
{
        const char *dot = memchr(value.p, '.', value.len);

        if (!dot || parse_i64((Str){dot + 1, value.len - (size_t)(dot + 1 - value.p)}, &list->after) != 0)
                req_fail(&x->rq, BAD_CURSOR, "cursor", NULL);
        list->from = (Str){value.p, (size_t)(dot - value.p)};
        if (!service_known(list->from))
                req_fail(&x->rq, BAD_CURSOR, "cursor", NULL);
}

static void read_params(Exchange *x, List *list)
{
        HttpParam *params;
        unsigned n = query_params(x, &params);
        uint32_t limit;

        for (unsigned i = 0; i < n; i++) {
                Str value = params[i].value;
                if (str_is(params[i].name, "service")) {
                        if (!service_known(value))
                                req_fail(&x->rq, NOT_AN_OPTION, "service", utf8_cut(x->rq.arena, value, 60));
                        list->service = value;
                } else if (str_is(params[i].name, "state")) {
                        read_state(x, list, value);
                } else if (str_is(params[i].name, "cursor")) {
                        read_cursor(x, list, value);
                } else if (str_is(params[i].name, "limit")) {
                        if (parse_u32(value, &limit) != 0)
                                req_fail(&x->rq, BAD_REQUEST, "limit", "limit");
                        if (limit < 1 || limit > LIMIT_MAX)
                                req_fail(&x->rq, OUT_OF_RANGE, "limit", "1-200");
                        list->limit = limit;
                } else {
                        parameter_refuse(x, params[i].name);
                }
        }
}

static const Cauce__DeadLettersReply *ask_list(
        Exchange *x, const List *list, const char *service, unsigned limit)
{
        Cauce__DeadLettersRequest in = CAUCE__DEAD_LETTERS_REQUEST__INIT;
        const char *subject = req_printf(&x->rq, "rpc.%s.dead_letters", service);

        in.has_state = list->has_state;
        in.state = list->state;
        in.has_limit = true;
        in.limit = limit;
        in.has_after = str_is(list->from, service);
        in.after = list->after;
        return req_unpack(&x->rq, &cauce__dead_letters_reply__descriptor,
                req_ask(&x->rq, subject, req_pack(&x->rq, &in.base), false));
}

/* One service after the other; the page ends with the limit. */
void dead_letters_get(Exchange *x, const Module *module)
{
        Cauce__DeadLettersReply all = CAUCE__DEAD_LETTERS_REPLY__INIT;
        List list = {.limit = LIMIT_DEFAULT};
        StrBuf out = {.arena = x->rq.arena};
        bool begun;

        (void)module;
        read_params(x, &list);
        begun = list.from.len == 0;
        all.items = arena_array(x->rq.arena, list.limit + 1, sizeof *all.items);
        for (unsigned i = 0; service_at(i) && !all.next; i++) {
                const char *service = service_at(i);
                begun = begun || str_is(list.from, service);
                if (!begun || (list.service.len > 0 && !str_is(list.service, service)))
                        continue;
                unsigned left = list.limit - (unsigned)all.n_items;
                const Cauce__DeadLettersReply *reply = ask_list(x, &list, service, left > 0 ? left : 1);
                if (left == 0 && reply->n_items > 0)
                        all.next = req_printf(&x->rq, "%s.0", service);
                for (size_t j = 0; left > 0 && j < reply->n_items; j++)
                        all.items[all.n_items++] = reply->items[j];
                if (left > 0 && reply->next)
                        all.next = req_printf(&x->rq, "%s.%s", service, reply->next);
        }
        strbuf_puts(&out, "{\"items\":[");
        for (size_t i = 0; i < all.n_items; i++) {
                strbuf_puts(&out, i ? "," : "");
                message_to_json(&out, &dead_letter_meta, &all.items[i]->base);
        }
        strbuf_putc(&out, ']');
        if (all.next)
                strbuf_printf(&out, ",\"next\":\"%s\"", all.next);
        strbuf_putc(&out, '}');
        reply_json(x, 200, &out);
}

static void decide(Exchange *x, const char *verb, int status)
{
        Cauce__DeadLetterRequest in = CAUCE__DEAD_LETTER_REQUEST__INIT;
        StrBuf out = {.arena = x->rq.arena};
        Str service = x->segments[1];

        in.has_id = true;
        if (parse_i64(x->segments[2], &in.id) != 0)
                req_fail(&x->rq, NOT_FOUND, NULL, NULL);
        const char *subject = req_printf(&x->rq, "rpc.%.*s.%s", (int)service.len, service.p, verb);
        const Cauce__DeadLetter *letter = req_unpack(&x->rq, &cauce__dead_letter__descriptor,
                req_ask(&x->rq, subject, req_pack(&x->rq, &in.base), true));
        message_to_json(&out, &dead_letter_meta, &letter->base);
        reply_json(x, status, &out);
}

void dead_letter_retry_post(Exchange *x, const Module *module)
{
        (void)module;
        decide(x, "dead_letter_retry", 202);
}

void dead_letter_drop_post(Exchange *x, const Module *module)
{
        (void)module;
        decide(x, "dead_letter_drop", 200);
}
