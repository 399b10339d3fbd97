/* The standard verbs of a module: protobuf in, entity functions, protobuf out. */
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/bulk.h"
#include "entity/change_all.h"
#include "entity/duplicate.h"
#include "entity/export.h"
#include "entity/history.h"
#include "entity/idempotency.h"
#include "entity/import.h"
#include "entity/labels.h"
#include "entity/list.h"
#include "entity/sent.h"
#include "entity/verbs.h"
#include "entity/write.h"

void *req_unpack(Req *rq, const ProtobufCMessageDescriptor *descriptor, Str in)
{
        static const uint8_t empty[1];
        const uint8_t *data = in.len ? (const uint8_t *)in.p : empty;
        ProtobufCMessage *message =
                protobuf_c_message_unpack(descriptor, arena_protobuf(rq->arena), in.len, data);

        if (!message)
                req_fail(rq, BAD_REQUEST, NULL, descriptor->short_name);
        return message;
}

Str req_pack(Req *rq, const ProtobufCMessage *message)
{
        size_t len = protobuf_c_message_get_packed_size(message);
        uint8_t *data = arena_alloc(rq->arena, len + 1);

        return (Str){(char *)data, protobuf_c_message_pack(message, data)};
}

static Str pack_record(Req *rq, ProtobufCMessage *record, bool replayed, const char *mask)
{
        Cauce__RecordReply reply = CAUCE__RECORD_REPLY__INIT;

        reply.mask = (char *)mask;
        Str packed = req_pack(rq, record);
        reply.has_record = reply.has_version = true;
        reply.record = (ProtobufCBinaryData){packed.len, (uint8_t *)packed.p};
        reply.version = record_head(record)->version;
        reply.has_replayed = reply.replayed = replayed;
        return req_pack(rq, &reply.base);
}

static Str record_reply(Req *rq, const ModuleRuntime *module, ProtobufCMessage *record, bool replayed)
{
        access_mask(rq, module, record);
        labels_fill(rq, module->module, &record, 1);
        return pack_record(rq, record, replayed, access_mask_tag(rq, module));
}

static Str verb_get(Req *rq, const ModuleRuntime *module, Str in)
{
        const Cauce__GetRequest *get = req_unpack(rq, &cauce__get_request__descriptor, in);
        Uuid id = sent_id(rq, get->has_id, get->id);

        if (get->plain) /* a service asks, whoever it asks for: a reference shows its label */
                return pack_record(rq, entity_read(rq, module, &id, get->deleted), false, NULL);
        (void)principal_of(rq);
        return record_reply(rq, module, entity_load(rq, module, &id, get->deleted), false);
}

static Str verb_list(Req *rq, const ModuleRuntime *module, Str in)
{
        Cauce__ListReply reply = CAUCE__LIST_REPLY__INIT;

        entity_list(rq, module, req_unpack(rq, &cauce__list_request__descriptor, in), &reply);
        return req_pack(rq, &reply.base);
}

static Str verb_count(Req *rq, const ModuleRuntime *module, Str in)
{
        Cauce__CountReply reply = CAUCE__COUNT_REPLY__INIT;

        entity_count(rq, module, req_unpack(rq, &cauce__count_request__descriptor, in), &reply);
        return req_pack(rq, &reply.base);
}

static Str verb_create(Req *rq, const ModuleRuntime *module, Str in)
{
        const Cauce__CreateRequest *create = req_unpack(rq, &cauce__create_request__descriptor, in);
        bool replayed;

        once_begin(rq, module, "create", in);
        ProtobufCMessage *record = sent_new(rq, module, create->record);
        record = entity_create(rq, module, record, &replayed);
        return record_reply(rq, module, record, replayed);
}

static Str verb_update(Req *rq, const ModuleRuntime *module, Str in)
{
        const Cauce__UpdateRequest *update = req_unpack(rq, &cauce__update_request__descriptor, in);
        const ProtobufCMessage *before;

        ProtobufCMessage *after = sent_change(rq, module, update, &before);
        return record_reply(rq, module, entity_update(rq, module, before, after), false);
}

static Str verb_delete(Req *rq, const ModuleRuntime *module, Str in)
{
        const Cauce__DeleteRequest *delete = req_unpack(rq, &cauce__delete_request__descriptor, in);
        Uuid id = sent_id(rq, delete->has_id, delete->id);

        entity_delete(rq, module, &id, delete->version);
        return (Str){"", 0};
}

static Str verb_restore(Req *rq, const ModuleRuntime *module, Str in)
{
        const Cauce__RestoreRequest *restore = req_unpack(rq, &cauce__restore_request__descriptor, in);
        Uuid id = sent_id(rq, restore->has_id, restore->id);
        bool replayed;

        once_begin(rq, module, "restore", in);
        ProtobufCMessage *record = entity_restore(rq, module, &id, restore->version, &replayed);
        return record_reply(rq, module, record, replayed);
}

/* What the key has made before, though what it was made of may be another by now. */
static ProtobufCMessage *duplicated_before(Req *rq, const ModuleRuntime *module)
{
        int64_t version;
        Uuid id;

        return rq->once && once_done(rq, rq->once, &id, &version) ? entity_load(rq, module, &id, false)
                                                                  : NULL;
}

static Str verb_duplicate(Req *rq, const ModuleRuntime *module, Str in)
{
        const Cauce__DuplicateRequest *duplicate = req_unpack(rq, &cauce__duplicate_request__descriptor, in);
        Uuid id = sent_id(rq, duplicate->has_id, duplicate->id);

        once_begin(rq, module, "duplicate", in);
        ProtobufCMessage *copy = duplicated_before(rq, module);
        bool replayed = copy != NULL;
        if (!copy)
                copy = entity_create(rq, module, entity_copy(rq, module, &id), &replayed);
        return record_reply(rq, module, copy, replayed);
}

static Str verb_bulk(Req *rq, const ModuleRuntime *module, Str in)
{
        Cauce__BulkReply reply = CAUCE__BULK_REPLY__INIT;
        const Cauce__BulkRequest *bulk = req_unpack(rq, &cauce__bulk_request__descriptor, in);

        once_begin(rq, module, "bulk", in);
        entity_bulk(rq, module, bulk, &reply);
        return req_pack(rq, &reply.base);
}

static Str verb_change_all(Req *rq, const ModuleRuntime *module, Str in)
{
        const Cauce__ChangeAllRequest *request = req_unpack(rq, &cauce__change_all_request__descriptor, in);

        once_begin(rq, module, "change_all", in);
        return req_pack(rq, &change_all_start(rq, module, request)->base);
}

static Str verb_history(Req *rq, const ModuleRuntime *module, Str in)
{
        const Cauce__HistoryRequest *history = req_unpack(rq, &cauce__history_request__descriptor, in);
        Uuid id = sent_id(rq, history->has_id, history->id);
        Cauce__HistoryReply reply = CAUCE__HISTORY_REPLY__INIT;

        (void)entity_load(rq, module, &id, true);
        entity_history(rq, module, &id, history, &reply);
        return req_pack(rq, &reply.base);
}

static Str verb_import(Req *rq, const ModuleRuntime *module, Str in)
{
        return req_pack(
                rq, &import_start(rq, module, req_unpack(rq, &cauce__import_request__descriptor, in))->base);
}

static Str verb_export(Req *rq, const ModuleRuntime *module, Str in)
{
        Cauce__ExportRequest *request = req_unpack(rq, &cauce__export_request__descriptor, in);

        once_begin(rq, module, "export", in);
        return req_pack(rq, &export_start(rq, module, request)->base);
}

static Uuid job_id(Req *rq, Str in)
{
        const Cauce__JobRequest *request = req_unpack(rq, &cauce__job_request__descriptor, in);

        return sent_id(rq, request->has_id, request->id);
}

static Str verb_job(Req *rq, const ModuleRuntime *module, Str in)
{
        const Uuid id = job_id(rq, in);
        const Cauce__Job *job = job_read(rq, module, &id);

        job_check(rq, module, job->kind);
        return req_pack(rq, &job->base);
}

static Str verb_jobs(Req *rq, const ModuleRuntime *module, Str in)
{
        Cauce__JobsReply reply = CAUCE__JOBS_REPLY__INIT;

        jobs_list(rq, module, req_unpack(rq, &cauce__jobs_request__descriptor, in), &reply);
        return req_pack(rq, &reply.base);
}

static Str verb_job_cancel(Req *rq, const ModuleRuntime *module, Str in)
{
        const Uuid id = job_id(rq, in);

        return req_pack(rq, &job_cancel(rq, module, &id)->base);
}

static Str verb_job_file(Req *rq, const ModuleRuntime *module, Str in)
{
        Cauce__JobFileReply reply = CAUCE__JOB_FILE_REPLY__INIT;
        const Uuid id = job_id(rq, in);

        job_file(rq, module, &id, &reply);
        return req_pack(rq, &reply.base);
}

static Str verb_job_rejects(Req *rq, const ModuleRuntime *module, Str in)
{
        Cauce__JobRejectsReply reply = CAUCE__JOB_REJECTS_REPLY__INIT;

        job_rejects(rq, module, req_unpack(rq, &cauce__job_rejects_request__descriptor, in), &reply);
        return req_pack(rq, &reply.base);
}

static Str verb_create_field(Req *rq, const ModuleRuntime *module, Str in)
{
        const Cauce__CreateFieldRequest *request =
                req_unpack(rq, &cauce__create_field_request__descriptor, in);

        access_check(rq, module, ACCESS_SETTINGS);
        if (!request->field)
                req_fail(rq, REQUIRED, "/field", NULL);
        once_begin(rq, module, "create_field", in);
        runtime_create_field(rq, module, request->field);
        return (Str){"", 0};
}

static Str verb_visible(Req *rq, const ModuleRuntime *module, Str in)
{
        Cauce__VisibleReply reply = CAUCE__VISIBLE_REPLY__INIT;

        access_visible(rq, module, req_unpack(rq, &cauce__visible_request__descriptor, in), &reply);
        return req_pack(rq, &reply.base);
}

static Str verb_explain(Req *rq, const ModuleRuntime *module, Str in)
{
        Cauce__ExplainReply reply = CAUCE__EXPLAIN_REPLY__INIT;

        access_explain(rq, module, req_unpack(rq, &cauce__explain_request__descriptor, in), &reply);
        return req_pack(rq, &reply.base);
}

bool entity_verb(Req *rq, Str module_name, Str verb, Str in, Str *ret_reply)
{
        static const struct {
                const char *name;
                Str (*answer)(Req *rq, const ModuleRuntime *module, Str in);
        } verbs[] = {
                {"get", verb_get},
                {"list", verb_list},
                {"count", verb_count},
                {"create", verb_create},
                {"update", verb_update},
                {"delete", verb_delete},
                {"restore", verb_restore},
                {"duplicate", verb_duplicate},
                {"bulk", verb_bulk},
                {"change_all", verb_change_all},
                {"history", verb_history},
                {"import", verb_import},
                {"export", verb_export},
                {"job", verb_job},
                {"jobs", verb_jobs},
                {"job_cancel", verb_job_cancel},
                {"job_file", verb_job_file},
                {"job_rejects", verb_job_rejects},
                {"create_field", verb_create_field},
                {"visible", verb_visible},
                {"explain", verb_explain},
        };
        const ModuleRuntime *module = runtime_module(rq->entity, module_name);

        for (size_t i = 0; module && i < sizeof verbs / sizeof verbs[0]; i++)
                if (str_is(verb, verbs[i].name)) {
                        if (verbs[i].answer != verb_get) /* which services ask for themselves, too */
                                (void)principal_of(rq);
                        *ret_reply = verbs[i].answer(rq, module, in);
                        return true;
                }
        return false;
}

static Cauce__CustomField *meta_field(Req *rq, const Module *module, const Field *field)
{
        Cauce__CustomField *out = arena_alloc(rq->arena, sizeof *out);

        cauce__custom_field__init(out);
        out->module = (char *)module->key;
        out->key = (char *)field->name;
        out->has_kind = true;
        out->kind = (Cauce__Kind)field->kind;
        out->es = (char *)field->label.es;
        out->en = (char *)field->label.en;
        out->section = (char *)field->section;
        out->has_list = out->has_required = true;
        out->list = (field->flags & FIELD_LIST) != 0;
        out->required = (field->flags & FIELD_REQUIRED) != 0;
        if (!field->picklist)
                return out;
        out->options = arena_array(rq->arena, field->picklist->n_items, sizeof *out->options);
        for (unsigned i = 0; i < field->picklist->n_items; i++) {
                Cauce__PicklistItem *item = arena_alloc(rq->arena, sizeof *item);
                cauce__picklist_item__init(item);
                item->key = (char *)field->picklist->items[i].key;
                item->es = (char *)field->picklist->items[i].label.es;
                item->en = (char *)field->picklist->items[i].label.en;
                item->color = (char *)field->picklist->items[i].color;
                out->options[out->n_options++] = item;
        }
        return out;
}

Str entity_meta(Req *rq)
{
        const Runtime *runtime = rq->entity->runtime;
        Cauce__MetaReply reply = CAUCE__META_REPLY__INIT;
        size_t n = 0;

        for (unsigned i = 0; i < runtime->n; i++)
                n += runtime->modules[i].n_custom;
        reply.fields = arena_array(rq->arena, n + 1, sizeof *reply.fields);
        for (unsigned i = 0; i < runtime->n; i++)
                for (unsigned j = 0; j < runtime->modules[i].n_custom; j++)
                        reply.fields[reply.n_fields++] =
                                meta_field(rq, runtime->modules[i].module, runtime->modules[i].custom[j]);
        reply.has_version = true;
        reply.version = runtime->version;
        return req_pack(rq, &reply.base);
}
