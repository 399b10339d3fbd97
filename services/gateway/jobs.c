/* Jobs: how they are getting on, stopping them, exports as jobs. */
#include "entity.cauce.h"
#include "entity/export.h"
#include "entity/verbs.h"
#include "export.h"
#include "gateway.h"

static Str ask(Exchange *x, const Module *module, const char *verb, const ProtobufCMessage *in, bool writes)
{
        const char *subject = req_printf(&x->rq, "rpc.%s.%s.%s", module->service, module->name, verb);

        return req_ask(&x->rq, subject, req_pack(&x->rq, in), writes);
}

static void ask_job(Exchange *x, const Module *module, const char *verb, bool writes)
{
        Cauce__JobRequest in = CAUCE__JOB_REQUEST__INIT;
        Uuid id = segment_id(x, 2);

        in.has_id = true;
        in.id = (ProtobufCBinaryData){sizeof id, id.b};
        reply_job(x, 200, module, ask(x, module, verb, &in.base, writes));
}

void job_get(Exchange *x, const Module *module)
{
        ask_job(x, module, "job", false);
}

void job_cancel_post(Exchange *x, const Module *module)
{
        ask_job(x, module, "job_cancel", true);
}

static void jobs_param(Exchange *x, const HttpParam *param, Cauce__JobsRequest *in)
{
        if (str_is(param->name, "all")) {
                if (!str_is(param->value, "true") && !str_is(param->value, "false"))
                        req_fail(&x->rq, BAD_REQUEST, "all", "all");
                in->has_all = true;
                in->all = str_is(param->value, "true");
        } else if (str_is(param->name, "limit")) {
                in->has_limit = true;
                if (parse_u32(param->value, &in->limit) != 0)
                        req_fail(&x->rq, BAD_REQUEST, "limit", "limit");
        } else if (str_is(param->name, "cursor")) {
                in->cursor = arena_strndup(x->rq.arena, param->value.p, param->value.len);
        } else {
                parameter_refuse(x, param->name);
        }
}

void jobs_get(Exchange *x, const Module *module)
{
        Cauce__JobsRequest in = CAUCE__JOBS_REQUEST__INIT;
        StrBuf out = {.arena = x->rq.arena};
        HttpParam *params;
        unsigned n = query_params(x, &params);

        for (unsigned i = 0; i < n; i++)
                jobs_param(x, &params[i], &in);
        Str packed = ask(x, module, "jobs", &in.base, false);
        const Cauce__JobsReply *reply = req_unpack(&x->rq, &cauce__jobs_reply__descriptor, packed);
        strbuf_puts(&out, "{\"items\":[");
        for (size_t i = 0; i < reply->n_items; i++) {
                strbuf_puts(&out, i ? "," : "");
                message_to_json(&out, &job_meta, &reply->items[i]->base);
        }
        strbuf_putc(&out, ']');
        if (reply->next)
                strbuf_printf(&out, ",\"next\":\"%s\"", reply->next); /* a uuid */
        strbuf_putc(&out, '}');
        reply_json(x, 200, &out);
}

/* The body, when there is one, says which records. */
static void read_chosen(Exchange *x, Cauce__ListRequest *in)
{
        if (x->http->body.len == 0)
                return;
        const Cauce__ExportChosen *chosen =
                (const Cauce__ExportChosen *)body_message(x, &export_chosen_meta, 0, NULL, NULL);
        if (chosen->n_ids == 0)
                req_fail(&x->rq, REQUIRED, "/ids", NULL);
        in->n_ids = chosen->n_ids;
        in->ids = chosen->ids;
}

void exports_post(Exchange *x, const Module *module)
{
        Export *export = arena_alloc(x->rq.arena, sizeof *export);
        Cauce__ExportRequest in = CAUCE__EXPORT_REQUEST__INIT;

        idempotency_key(x);
        *export = (Export){.x = x, .module = module, .in = CAUCE__LIST_REQUEST__INIT};
        export_params(x, export);
        export_columns(x, export);
        read_chosen(x, &export->in);
        in.list = &export->in;
        in.has_bom = in.bom = export->bom;
        in.has_most = export->limited;
        in.most = export->left;
        in.lang = (char *)(uintptr_t)lang_tag(x->rq.context.lang);
        in.filename = (char *)(uintptr_t)export_file_name(x, module);
        reply_job(x, 202, module, ask(x, module, "export", &in.base, true));
}
