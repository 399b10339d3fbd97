/* GET /{path}/export: a list as a CSV file, page by page, so that memory does not grow with it. A page that
 * fails cuts the connection: half a file must not be taken for the whole. */
#include <string.h>

#include "base/log.h"
#include "base/money.h"
#include "entity/verbs.h"
#include "export.h"

#define PAGE_ROWS 1000 /* LIST_LIMIT_EXPORT */
#define PAGE_US   INT64_C(15000000)

/* ---- what is asked for ---- */

static bool true_or_false(Exchange *x, const HttpParam *param)
{
        const char *name = arena_strndup(x->rq.arena, param->name.p, param->name.len);

        if (!str_is(param->value, "true") && !str_is(param->value, "false") && !str_is(param->value, "1"))
                req_fail(&x->rq, BAD_REQUEST, name, name);
        return !str_is(param->value, "false");
}

void export_params(Exchange *x, Export *export)
{
        HttpParam *params;
        unsigned n = query_params(x, &params);

        for (unsigned i = 0; i < n; i++) {
                if (str_is(params[i].name, "bom"))
                        export->bom = true_or_false(x, &params[i]);
                else if (!str_is(params[i].name, "format")) {
                        if (!list_param(x, export->module, &params[i], &export->in))
                                parameter_refuse(x, params[i].name);
                } else if (!str_is(params[i].value, "csv"))
                        req_fail(&x->rq, BAD_REQUEST, "format", "format");
        }
        export->limited = export->in.has_limit;
        export->left = export->in.limit;
        if (export->limited && export->left == 0)
                req_fail(&x->rq, OUT_OF_RANGE, "limit", "1-");
}

/* ---- writing ---- */

const char *export_file_name(Exchange *x, const Module *module)
{
        Str plural = text_fold(x->rq.arena, str_of(label_in(&module->plural, x->rq.context.lang)));
        char *name = arena_strndup(x->rq.arena, plural.p, plural.len), date[11];

        for (char *c = name; *c; c++)
                if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9')))
                        *c = '-';
        date_format(zone_date(x->rq.entity->zone, x->rq.now), date);
        return req_printf(&x->rq, "%s-%s.csv", name, date);
}

static void put_header(Export *export, StrBuf *out)
{
        if (export->bom)
                strbuf_puts(out, "\xef\xbb\xbf");
        for (unsigned i = 0; i < export->n; i++) {
                if (i > 0)
                        strbuf_putc(out, ',');
                cell_put(out, str_of(label_in(&export->columns[i]->label, export->style.lang)));
        }
        strbuf_puts(out, "\r\n");
}

static void put_row(Export *export, Arena *arena, StrBuf *out, const ProtobufCMessage *record)
{
        for (unsigned i = 0; i < export->n; i++) {
                if (i > 0)
                        strbuf_putc(out, ',');
                cell_put(out, cell_text(arena, &export->style, record, export->columns[i]));
        }
        strbuf_puts(out, "\r\n");
}

/* After the first page is there: until then a refusal is an answer like any other. */
static void export_begin(Export *export)
{
        Exchange *x = export->x;

        for (unsigned i = 0; i < export->n; i++)
                if (!export->columns[i])
                        req_fail(&x->rq, BAD_FILTER, "fields",
                                utf8_cut(x->rq.arena, str_of(export->in.fields[i]), 60));
        reply_attachment(x, export_file_name(x, export->module));
        http_set(x->http, "Content-Language", lang_tag(export->style.lang));
        x->status = 200;
        export->begun = true;
        export->gone = http_begin(x->http, 200, "text/csv; charset=utf-8; header=present") != 0;
}

static void page_next(Export *export, const Cauce__ListReply *reply)
{
        size_t len = reply->next ? strlen(reply->next) : 0;

        export->left -= export->limited ? (uint32_t)reply->n_records : 0;
        export->done = len == 0 || len >= sizeof export->cursor || (export->limited && export->left == 0);
        if (len >= sizeof export->cursor)
                export->gone = true;
        if (!export->done)
                memcpy(export->cursor, reply->next, len + 1);
        export->in.cursor = export->cursor;
}

static void page_write(Req *rq, Export *export, const Cauce__ListReply *reply)
{
        const ProtobufCMessageDescriptor *descriptor = export->module->message->descriptor;
        StrBuf out = {.arena = rq->arena};

        if (!export->begun) {
                export_begin(export);
                put_header(export, &out);
        }
        for (size_t i = 0; i < reply->n_records; i++) {
                const ProtobufCMessage *record = protobuf_c_message_unpack(
                        descriptor, arena_protobuf(rq->arena), reply->records[i].len, reply->records[i].data);
                if (!record)
                        req_fault(rq, -1, "unreadable record");
                put_row(export, rq->arena, &out, record);
        }
        if (!export->gone && http_write(export->x->http, out.p, out.len) != 0)
                export->gone = true;
}

static void page_body(Req *rq, void *arg)
{
        Export *export = arg;
        const char *subject = req_printf(rq, "rpc.%s.%s.list", export->module->service, export->module->name);

        export->in.has_limit = true;
        export->in.limit = export->limited && export->left < PAGE_ROWS ? export->left : PAGE_ROWS;
        Str packed = req_ask(rq, subject, req_pack(rq, &export->in.base), false);
        const Cauce__ListReply *reply = req_unpack(rq, &cauce__list_reply__descriptor, packed);
        page_write(rq, export, reply);
        page_next(export, reply);
}

static void sign_in_body(Req *rq, void *arg)
{
        Exchange *again = arg;

        session_find(again);
        if (!again->session)
                req_fail(rq, SIGN_IN, NULL, NULL);
}

/* Whoever is signed out meanwhile gets no more pages. */
static bool signed_in(Export *export, Arena *arena)
{
        const Exchange *x = export->x;
        Exchange *again = arena_alloc(arena, sizeof *again);
        CallContext context = x->rq.context;

        if (export->epoch >= x->gateway->epoch)
                return true;
        *again = (Exchange){.gateway = x->gateway, .http = x->http};
        context.deadline = clock_realtime() + PAGE_US;
        if (!req_run(&again->rq, arena, x->rq.entity, &context, sign_in_body, again))
                return false;
        export->epoch = again->session->epoch;
        return true;
}

/* Each in a request of its own, whose memory is given back before the next one, under the rights of now. */
static bool pages_rest(Export *export)
{
        Exchange *x = export->x;
        Arena *arena = arena_new();
        bool whole = true;
        Req rq = {};

        while (whole && !export->done && !export->gone && !http_gone(x->http)) {
                CallContext context = x->rq.context;
                context.deadline = clock_realtime() + PAGE_US;
                context.epoch = x->gateway->rights_epoch;
                whole = signed_in(export, arena) &&
                        req_run(&rq, arena, x->rq.entity, &context, page_body, export);
                arena_reset(arena);
        }
        if (!whole)
                log_warn(x->rq.context.trace, "export cut short", KV("module", export->module->key),
                        KV("code", rq.n_problems ? msg_key(rq.problems[0].code) : "sign_in"));
        (void)arena_free(arena);
        return whole && export->done && !export->gone;
}

void export_get(Exchange *x, const Module *module)
{
        Export *export = arena_alloc(x->rq.arena, sizeof *export);

        *export = (Export){.x = x,
                .module = module,
                .epoch = x->session->epoch,
                .in = CAUCE__LIST_REQUEST__INIT,
                .style = {x->rq.context.lang, x->rq.entity->zone, currency_decimals(x->gateway->currency)}};
        export->in.has_export = export->in.export = true;
        export_params(x, export);
        export_columns(x, export);
        page_body(&x->rq, export);
        if (x->http->head || pages_rest(export))
                (void)http_end(x->http);
}
