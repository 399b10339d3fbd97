/* Lists: query parameters or a JSON body to a ListRequest, a page of records out. */
#include <string.h>

#include "entity.cauce.h"
#include "entity/filter.h"
#include "entity/verbs.h"
#include "gateway.h"

static char *text_of(Exchange *x, Str text)
{
        return arena_strndup(x->rq.arena, text.p, text.len);
}

static void split_fields(Exchange *x, Str value, Cauce__ListRequest *in)
{
        in->fields = arena_array(x->rq.arena, 201, sizeof *in->fields);
        in->n_fields = 0;
        for (Str name; in->n_fields < 200 && str_take(&value, ',', &name);)
                in->fields[in->n_fields++] = text_of(x, name);
}

/* A condition: "city[eq]", or the bare name of a field. */
static bool is_condition(const Module *module, Str name)
{
        return (name.len > 0 && name.p[name.len - 1] == ']') || message_field(module->message, name) ||
               (name.len > 7 && memcmp(name.p, "custom.", 7) == 0);
}

static uint32_t number_of(Exchange *x, const char *name, Str value)
{
        uint32_t number;

        if (parse_u32(value, &number) != 0)
                req_fail(&x->rq, BAD_REQUEST, name, name);
        return number;
}

static bool flag_of(Exchange *x, const HttpParam *param)
{
        if (!str_is(param->value, "true") && !str_is(param->value, "false"))
                req_fail(&x->rq, BAD_REQUEST, text_of(x, param->name), text_of(x, param->name));
        return str_is(param->value, "true");
}

/* What a list and a count share, in the request of either. */
typedef struct Selected {
        Cauce__Filter **filter;
        char **q, **view, **zone;
        protobuf_c_boolean *has_deleted, *deleted, *has_mine, *mine;
} Selected;
#define SELECTED(in)                                                                                         \
        ((Selected){&(in)->filter, &(in)->q, &(in)->view, &(in)->zone, &(in)->has_deleted, &(in)->deleted,   \
                &(in)->has_mine, &(in)->mine})

/* False = not one of those parameters. */
static bool common_param(Exchange *x, const Module *module, const HttpParam *param, const Selected *in)
{
        if (str_is(param->name, "q"))
                *in->q = text_of(x, param->value);
        else if (str_is(param->name, "view"))
                *in->view = text_of(x, param->value);
        else if (str_is(param->name, "zone"))
                *in->zone = text_of(x, param->value);
        else if (str_is(param->name, "deleted"))
                *in->has_deleted = *in->deleted = flag_of(x, param);
        else if (str_is(param->name, "mine"))
                *in->has_mine = *in->mine = flag_of(x, param);
        else if (is_condition(module, param->name)) {
                Cauce__Filter *condition = filter_param(x->rq.arena, param->name, param->value);
                if (!condition)
                        parameter_refuse(x, param->name);
                *in->filter = filter_both(x->rq.arena, *in->filter, condition);
        } else
                return false;
        return true;
}

static void list_answer(Exchange *x, const Module *module, const Cauce__ListRequest *in)
{
        Arena *arena = x->rq.arena;
        const char *subject = req_printf(&x->rq, "rpc.%s.%s.list", module->service, module->name);
        Str packed = req_ask(&x->rq, subject, req_pack(&x->rq, &in->base), false);
        const Cauce__ListReply *reply = req_unpack(&x->rq, &cauce__list_reply__descriptor, packed);
        StrBuf out = {.arena = arena};

        strbuf_puts(&out, "{\"items\":[");
        for (size_t i = 0; i < reply->n_records; i++) {
                if (i > 0)
                        strbuf_putc(&out, ',');
                Str record = {(const char *)reply->records[i].data, reply->records[i].len};
                if (!packed_to_json(&out, arena, module->message, record))
                        req_fault(&x->rq, -1, "unreadable record");
        }
        strbuf_putc(&out, ']');
        if (reply->next)
                strbuf_printf(&out, ",\"next\":\"%s\"", reply->next);
        strbuf_putc(&out, '}');
        reply_json(x, 200, &out);
}

bool list_param(Exchange *x, const Module *module, const HttpParam *param, Cauce__ListRequest *in)
{
        if (str_is(param->name, "limit")) {
                in->has_limit = true;
                in->limit = number_of(x, "limit", param->value);
        } else if (str_is(param->name, "cursor")) {
                in->cursor = text_of(x, param->value);
        } else if (str_is(param->name, "sort")) {
                in->sort = text_of(x, param->value);
        } else if (str_is(param->name, "fields")) {
                split_fields(x, param->value, in);
        } else {
                return common_param(x, module, param, &SELECTED(in));
        }
        return true;
}

void list_get(Exchange *x, const Module *module)
{
        Cauce__ListRequest in = CAUCE__LIST_REQUEST__INIT;
        HttpParam *params;
        unsigned n = query_params(x, &params);

        for (unsigned i = 0; i < n; i++)
                if (!list_param(x, module, &params[i], &in))
                        parameter_refuse(x, params[i].name);
        list_answer(x, module, &in);
}

void list_search(Exchange *x, const Module *module)
{
        const ProtobufCMessage *in = body_message(x, &list_request_meta, JSON_REFUSE_READ_ONLY, NULL, NULL);

        list_answer(x, module, (const Cauce__ListRequest *)in);
}

void list_count(Exchange *x, const Module *module)
{
        Cauce__CountRequest in = CAUCE__COUNT_REQUEST__INIT;
        StrBuf out = {.arena = x->rq.arena};
        HttpParam *params;
        unsigned n = query_params(x, &params);

        for (unsigned i = 0; i < n; i++) {
                const HttpParam *param = &params[i];
                if (str_is(param->name, "cap")) {
                        in.has_cap = true;
                        in.cap = number_of(x, "cap", param->value);
                } else if (str_is(param->name, "group_by")) {
                        in.group_by = text_of(x, param->value);
                } else if (str_is(param->name, "sum")) {
                        in.sum = text_of(x, param->value);
                } else if (!common_param(x, module, param, &SELECTED(&in))) {
                        parameter_refuse(x, param->name);
                }
        }
        const char *subject = req_printf(&x->rq, "rpc.%s.%s.count", module->service, module->name);
        Str packed = req_ask(&x->rq, subject, req_pack(&x->rq, &in.base), false);
        message_to_json(&out, &count_reply_meta, req_unpack(&x->rq, &cauce__count_reply__descriptor, packed));
        reply_json(x, 200, &out);
}
