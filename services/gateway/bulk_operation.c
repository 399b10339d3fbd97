/* One operation of a bulk request from JSON, and its result to JSON. */
#include <string.h>

#include "bulk.h"
#include "entity.cauce.h"
#include "entity/verbs.h"

void bulk_put_member(StrBuf *out, const BulkMember *member)
{
        switch (member->token) {
        case JSON_STRING:
                json_put_string(out, member->text);
                break;
        case JSON_TRUE:
                strbuf_puts(out, "true");
                break;
        case JSON_FALSE:
                strbuf_puts(out, "false");
                break;
        case JSON_NULL:
                strbuf_puts(out, "null");
                break;
        default:
                strbuf_put(out, member->text.p, member->text.len);
        }
}

/* ---- reading ---- */

typedef struct Reading {
        Req *rq; /* where problems are noted */
        const Module *module;
        const BulkRead *read;
        Cauce__BulkOperation *ret;
} Reading;

static const char *pointer_of(const Reading *reading, const char *rest)
{
        return req_printf(reading->rq, "/operations/%u%s", reading->read->position, rest);
}

static void read_op(Reading *reading)
{
        const BulkMember *op = bulk_member(reading->read->members, reading->read->n, "op");

        if (!op || op->token == JSON_NULL) {
                req_note(reading->rq, REQUIRED, pointer_of(reading, "/op"), NULL);
                return;
        }
        for (int value = 1; op->token == JSON_STRING && value < (int)bulk_op_enum.n; value++)
                if (str_is(op->text, enum_name(&bulk_op_enum, value))) {
                        reading->ret->has_op = true;
                        reading->ret->op = (Cauce__BulkOp)value;
                        return;
                }
        req_note(reading->rq, NOT_AN_OPTION, pointer_of(reading, "/op"),
                utf8_cut(reading->rq->arena, op->text, 60));
}

static void read_id(Reading *reading, bool needed)
{
        const BulkMember *member = bulk_member(reading->read->members, reading->read->n, "id");
        Uuid id;

        if (!member || member->token == JSON_NULL) {
                if (needed)
                        req_note(reading->rq, REQUIRED, pointer_of(reading, "/id"), NULL);
                return;
        }
        if (member->token != JSON_STRING || uuid_parse(member->text, &id) != 0) {
                req_note(reading->rq, WRONG_TYPE, pointer_of(reading, "/id"), "uuid");
                return;
        }
        reading->ret->has_id = true;
        reading->ret->id = (ProtobufCBinaryData){sizeof id, arena_memdup(reading->rq->arena, &id, sizeof id)};
}

static void read_version(Reading *reading, bool needed)
{
        const BulkMember *member = bulk_member(reading->read->members, reading->read->n, "version");

        if (!member || member->token == JSON_NULL) {
                if (needed)
                        req_note(reading->rq, REQUIRED, pointer_of(reading, "/version"), NULL);
                return;
        }
        reading->ret->has_version = true;
        if (member->token != JSON_NUMBER || parse_i64(member->text, &reading->ret->version) != 0)
                req_note(reading->rq, WRONG_TYPE, pointer_of(reading, "/version"), "integer");
}

static void read_record(Reading *reading, unsigned flags)
{
        const BulkMember *member = bulk_member(reading->read->members, reading->read->n, "record");
        JsonProblems problems = {0};
        uint32_t *changed = NULL;
        unsigned n = 0;

        if (!member || member->token != JSON_OBJECT_BEGIN) {
                req_note(reading->rq, REQUIRED, pointer_of(reading, "/record"), NULL);
                return;
        }
        const ProtobufCMessage *record = json_to_message(
                reading->rq->arena, reading->module->message, member->text, flags, &problems, &changed, &n);
        bulk_note(reading->rq, pointer_of(reading, "/record"), &problems);
        if (!record)
                return;
        Str packed = req_pack(reading->rq, record);
        reading->ret->has_record = true;
        reading->ret->record = (ProtobufCBinaryData){packed.len, (uint8_t *)packed.p};
        if (flags & JSON_PATCH) {
                reading->ret->changed = changed;
                reading->ret->n_changed = n;
        }
}

static bool has_member(const char *const *names, Str name)
{
        while (*names && !str_is(name, *names))
                names++;
        return *names != NULL;
}

static void refuse_others(Reading *reading, const char *const *names)
{
        for (unsigned i = 0; i < reading->read->n; i++) {
                Str name = reading->read->members[i].name;
                const char *text = utf8_cut(reading->rq->arena, name, 60);
                if (!has_member(names, name))
                        req_note(reading->rq, UNKNOWN_FIELD,
                                pointer_of(reading, req_printf(reading->rq, "/%s", text)), text);
        }
}

static void read_members(Reading *reading)
{
        static const char *const creates[] = {"op", "record", NULL}, *const updates[] = {"op", "id",
                                                                             "version", "record", NULL};
        static const char *const versions[] = {"op", "id", "version", NULL}, *const ids[] = {
                                                                                     "op", "id", NULL};

        read_op(reading);
        switch (reading->ret->op) {
        case CAUCE__BULK_OP__BULK_OP_CREATE:
                refuse_others(reading, creates);
                read_record(reading, 0);
                break;
        case CAUCE__BULK_OP__BULK_OP_UPDATE:
                refuse_others(reading, updates);
                read_id(reading, true);
                read_version(reading, true);
                read_record(reading, JSON_PATCH);
                break;
        case CAUCE__BULK_OP__BULK_OP_DELETE:
                refuse_others(reading, versions);
                read_id(reading, true);
                read_version(reading, true);
                break;
        case CAUCE__BULK_OP__BULK_OP_RESTORE:
                refuse_others(reading, versions);
                read_id(reading, true);
                read_version(reading, false);
                break;
        case CAUCE__BULK_OP__BULK_OP_DUPLICATE:
                refuse_others(reading, ids);
                read_id(reading, true);
                break;
        default:
                break;
        }
}

static void put_refused(StrBuf *out, int status)
{
        strbuf_printf(out, "{\"status\":%d,\"problem\":", status);
}

Cauce__BulkOperation *bulk_operation(Exchange *x, const Module *module, BulkRead *read, bool atomic)
{
        Arena *arena = x->rq.arena;
        Cauce__BulkOperation *operation = arena_alloc(arena, sizeof *operation);
        Req own = {.arena = arena, .context = x->rq.context};
        Reading reading = {.rq = atomic ? &x->rq : &own, .module = module, .read = read, .ret = operation};
        StrBuf out = {.arena = arena};

        cauce__bulk_operation__init(operation);
        operation->has_position = true;
        operation->position = read->position;
        read_members(&reading);
        if (own.n_problems == 0)
                return operation;
        put_refused(&out, msg_status(own.problems[0].code));
        problem_put(&out, &own, module, NULL);
        strbuf_putc(&out, '}');
        read->problem = (Str){out.p, out.len};
        return NULL;
}

/* ---- writing ---- */

bool bulk_put_result(Exchange *x, const Module *module, const Cauce__BulkResult *result, StrBuf *out)
{
        Req told = {.arena = x->rq.arena, .context = x->rq.context};
        char id[UUID_TEXT + 1];

        if (result->problem) {
                req_told(&told, result->problem);
                put_refused(out, (int)result->status);
                problem_put(out, &told, module, NULL);
                strbuf_putc(out, '}');
                return false;
        }
        strbuf_printf(out, "{\"status\":%u", result->status);
        if (result->id.len == sizeof(Uuid)) {
                uuid_format((const Uuid *)(const void *)result->id.data, id);
                strbuf_printf(out, ",\"id\":\"%s\"", id);
        }
        strbuf_printf(out, ",\"version\":%lld}", (long long)result->version);
        return result->replayed;
}
