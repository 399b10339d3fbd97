/* POST /{module}/bulk: operations in their order, or one change of all that a filter finds. A body of up to
 * 4 MB is read whole; what is not well-formed in one operation is its own matter, unless all go together. */
#include <errno.h>
#include <string.h>

#include "bulk.h"
#include "entity.cauce.h"
#include "entity/verbs.h"

#define BODY_MAX    ((size_t)4 << 20)
#define MESSAGE_MAX ((size_t)3900 << 10) /* of what the bus carries */
#define BODIES_MAX  16                   /* held at once; one more is told "busy" */
#define PIECE       ((size_t)64 << 10)
#define ANSWER_US   INT64_C(30000000)

/* ---- the body ---- */

static void on_end(void *gateway)
{
        ((Gateway *)gateway)->bulks--;
}

static Str read_body(Exchange *x)
{
        StrBuf body = {.arena = x->rq.arena};
        int n;

        body_json_required(x);
        if (x->gateway->bulks >= BODIES_MAX)
                req_fail(&x->rq, BUSY, NULL, NULL);
        x->gateway->bulks++;
        arena_cleanup(x->rq.arena, on_end, x->gateway);
        do {
                char *at = strbuf_reserve(&body, PIECE);
                n = http_read(x->http, at, PIECE);
                body.len += n > 0 ? (size_t)n : 0;
        } while (n > 0);
        if (n == -EMSGSIZE || body.len > BODY_MAX)
                req_fail(&x->rq, TOO_LARGE, NULL, "4 MB");
        if (n < 0)
                req_fault(&x->rq, n, "upload broken off");
        return (Str){body.p, body.len};
}

_Noreturn static void bad_json(Exchange *x, const JsonReader *reader)
{
        req_fail(&x->rq, BAD_JSON, NULL, reader->error ? reader->error : "object");
}

/* The members of an object as they are written. */
static unsigned members_of(Exchange *x, JsonReader *reader, BulkMember *ret, const char *pointer)
{
        unsigned n = 0;

        for (;;) {
                JsonToken token = json_next(reader);
                if (token == JSON_OBJECT_END)
                        return n;
                if (token != JSON_KEY)
                        bad_json(x, reader);
                Str name = reader->text;
                token = json_next(reader);
                size_t lead = token == JSON_OBJECT_BEGIN || token == JSON_ARRAY_BEGIN ? 1 : 0;
                BulkMember member = {.name = name, .token = token, .text = reader->text};
                size_t start = reader->at - lead;
                if (!json_skip(reader, token))
                        bad_json(x, reader);
                if (lead > 0)
                        member.text = (Str){reader->input.p + start, reader->at - start};
                for (unsigned i = 0; i < n; i++)
                        if (str_eq(ret[i].name, name))
                                req_fail(&x->rq, BAD_JSON, NULL, "name twice");
                if (n == BULK_MEMBERS)
                        req_fail(&x->rq, UNKNOWN_FIELD,
                                req_printf(&x->rq, "%s/%s", pointer, utf8_cut(x->rq.arena, name, 60)),
                                utf8_cut(x->rq.arena, name, 60));
                ret[n++] = member;
        }
}

const BulkMember *bulk_member(const BulkMember *members, unsigned n, const char *name)
{
        for (unsigned i = 0; i < n; i++)
                if (str_is(members[i].name, name))
                        return &members[i];
        return NULL;
}

void bulk_note(Req *rq, const char *pointer, const JsonProblems *problems)
{
        for (unsigned i = 0; i < problems->n; i++) {
                const JsonProblem *problem = &problems->items[i];
                const char *const args[REQ_ARGS_MAX + 1] = {
                        problem->args[0], problem->args[0] ? problem->args[1] : NULL};
                req_note_at(rq, problem->code,
                        req_printf(rq, "%s%s", pointer, problem->pointer ? problem->pointer : ""), args);
        }
}

/* ---- operations ---- */

typedef struct Operations {
        Exchange *x;
        const Module *module;
        bool atomic;
        unsigned n;
        BulkRead *read;
        Cauce__BulkRequest in;
} Operations;

/* One element of the array. Its problems are the request's when all go together. */
static void read_one(Operations *all, JsonReader *reader)
{
        Exchange *x = all->x;
        BulkRead *read = &all->read[all->n];
        const char *pointer = req_printf(&x->rq, "/operations/%u", all->n);

        read->n = members_of(x, reader, read->members, pointer);
        read->position = all->n++;
}

static void read_operations(Operations *all, Str array)
{
        Exchange *x = all->x;
        JsonReader reader;
        JsonToken token;

        all->read = arena_array(x->rq.arena, BULK_OPERATIONS + 1, sizeof *all->read);
        json_init(&reader, x->rq.arena, array);
        (void)json_next(&reader);
        while ((token = json_next(&reader)) == JSON_OBJECT_BEGIN) {
                if (all->n == BULK_OPERATIONS)
                        req_fail(&x->rq, TOO_LONG, "/operations", "1000");
                read_one(all, &reader);
        }
        if (token != JSON_ARRAY_END)
                req_fail(&x->rq, WRONG_TYPE, req_printf(&x->rq, "/operations/%u", all->n), "object");
        if (all->n == 0)
                req_fail(&x->rq, REQUIRED, "/operations", NULL);
}

static void parse_operations(Operations *all)
{
        Exchange *x = all->x;

        cauce__bulk_request__init(&all->in);
        all->in.has_atomic = true;
        all->in.atomic = all->atomic;
        all->in.operations = arena_array(x->rq.arena, all->n, sizeof *all->in.operations);
        for (unsigned i = 0; i < all->n; i++) {
                BulkRead *read = &all->read[i];
                Cauce__BulkOperation *operation = bulk_operation(x, all->module, read, all->atomic);
                if (operation)
                        all->in.operations[all->in.n_operations++] = operation;
        }
        req_check(&x->rq);
}

static const Cauce__BulkReply *ask(Operations *all)
{
        static const Cauce__BulkReply none = CAUCE__BULK_REPLY__INIT;
        Req *rq = &all->x->rq;

        if (all->in.n_operations == 0)
                return &none;
        Str packed = req_pack(rq, &all->in.base);
        if (packed.len > MESSAGE_MAX)
                req_fail(rq, TOO_LARGE, NULL, "4 MB");
        rq->context.deadline = clock_realtime() + ANSWER_US;
        const char *subject = req_printf(rq, "rpc.%s.%s.bulk", all->module->service, all->module->name);
        return req_unpack(rq, &cauce__bulk_reply__descriptor, req_ask(rq, subject, packed, true));
}

static void post_operations(Exchange *x, const Module *module, Str array, bool atomic)
{
        Operations *all = arena_alloc(x->rq.arena, sizeof *all);
        StrBuf out = {.arena = x->rq.arena};
        bool replayed = false;
        size_t at = 0;

        *all = (Operations){.x = x, .module = module, .atomic = atomic};
        read_operations(all, array);
        parse_operations(all);
        const Cauce__BulkReply *reply = ask(all);
        if (reply->n_results != all->in.n_operations)
                req_fault(&x->rq, -1, "another number of results");
        strbuf_puts(&out, "{\"results\":[");
        for (unsigned i = 0; i < all->n; i++) {
                if (i > 0)
                        strbuf_putc(&out, ',');
                if (all->read[i].problem.p)
                        strbuf_put(&out, all->read[i].problem.p, all->read[i].problem.len);
                else
                        replayed |= bulk_put_result(x, module, reply->results[at++], &out);
        }
        strbuf_puts(&out, "]}");
        if (replayed)
                http_set(x->http, "Idempotency-Replayed", "true");
        reply_json(x, 200, &out);
}

/* ---- all that a filter finds ---- */

static Cauce__ChangeAllRequest *read_change_all(Exchange *x, const BulkMember *members, unsigned n)
{
        JsonProblems problems = {0};
        StrBuf json = {.arena = x->rq.arena};

        strbuf_putc(&json, '{');
        for (unsigned i = 0; i < n; i++) {
                if (str_is(members[i].name, "set"))
                        continue;
                if (json.len > 1)
                        strbuf_putc(&json, ',');
                json_put_string(&json, members[i].name);
                strbuf_putc(&json, ':');
                bulk_put_member(&json, &members[i]);
        }
        strbuf_putc(&json, '}');
        ProtobufCMessage *in = json_to_message(x->rq.arena, &change_all_request_meta, (Str){json.p, json.len},
                JSON_REFUSE_READ_ONLY, &problems, NULL, NULL);
        bulk_note(&x->rq, "", &problems);
        req_check(&x->rq);
        return (Cauce__ChangeAllRequest *)in;
}

static void post_change_all(Exchange *x, const Module *module, const BulkMember *members, unsigned n)
{
        const BulkMember *set = bulk_member(members, n, "set");
        Cauce__ChangeAllRequest *in = read_change_all(x, members, n);
        JsonProblems problems = {0};

        if ((set != NULL) == in->delete_)
                req_fail(&x->rq, REQUIRED, "/set", NULL);
        if (set && set->token != JSON_OBJECT_BEGIN)
                req_fail(&x->rq, WRONG_TYPE, "/set", "object");
        if (set) {
                unsigned changed = 0;
                const ProtobufCMessage *record = json_to_message(x->rq.arena, module->message, set->text,
                        JSON_PATCH, &problems, &in->changed, &changed);
                bulk_note(&x->rq, "/set", &problems);
                req_check(&x->rq);
                Str packed = req_pack(&x->rq, record);
                in->n_changed = changed;
                in->has_record = true;
                in->record = (ProtobufCBinaryData){packed.len, (uint8_t *)packed.p};
        }
        x->rq.context.deadline = clock_realtime() + ANSWER_US;
        const char *subject = req_printf(&x->rq, "rpc.%s.%s.change_all", module->service, module->name);
        reply_job(x, 202, module, req_ask(&x->rq, subject, req_pack(&x->rq, &in->base), true));
}

void bulk_post(Exchange *x, const Module *module)
{
        BulkMember members[BULK_MEMBERS];
        JsonReader reader;
        HttpParam *params;

        idempotency_key_required(x);
        if (query_params(x, &params) > 0)
                parameter_refuse(x, params[0].name);
        json_init(&reader, x->rq.arena, read_body(x));
        if (json_next(&reader) != JSON_OBJECT_BEGIN)
                bad_json(x, &reader);
        unsigned n = members_of(x, &reader, members, "");
        if (json_next(&reader) != JSON_END)
                bad_json(x, &reader);
        const BulkMember *operations = bulk_member(members, n, "operations");
        const BulkMember *atomic = bulk_member(members, n, "atomic");
        if (!operations) {
                post_change_all(x, module, members, n);
                return;
        }
        for (unsigned i = 0; i < n; i++)
                if (&members[i] != operations && &members[i] != atomic)
                        req_fail(&x->rq, UNKNOWN_FIELD,
                                req_printf(&x->rq, "/%s", utf8_cut(x->rq.arena, members[i].name, 60)),
                                utf8_cut(x->rq.arena, members[i].name, 60));
        if (operations->token != JSON_ARRAY_BEGIN)
                req_fail(&x->rq, WRONG_TYPE, "/operations", "array");
        if (atomic && atomic->token != JSON_TRUE && atomic->token != JSON_FALSE)
                req_fail(&x->rq, WRONG_TYPE, "/atomic", "boolean");
        post_operations(x, module, operations->text, atomic && atomic->token == JSON_TRUE);
}
