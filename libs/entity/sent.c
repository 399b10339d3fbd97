/* From what was sent about one record to what is written. */
#include "entity/sent.h"

#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/duplicate.h"
#include "entity/validate.h"
#include "entity/verbs.h"

Uuid sent_id(Req *rq, protobuf_c_boolean has, ProtobufCBinaryData data)
{
        Uuid id;

        if (!has || data.len != sizeof id)
                req_fail(rq, NOT_FOUND, NULL, NULL);
        memcpy(&id, data.data, sizeof id);
        return id;
}

ProtobufCMessage *sent_record(Req *rq, const ModuleRuntime *module, ProtobufCBinaryData data)
{
        Str in = {(const char *)data.data, data.len};

        ProtobufCMessage *record = req_unpack(rq, module->module->message->descriptor, in);
        validate_shape(rq, module, record);
        return record;
}

/* What only the system sets is refused, whoever sends it. */
static void refuse_read_only(Req *rq, const Field *field)
{
        if (field->flags & FIELD_READ_ONLY)
                req_note(rq, READ_ONLY, req_printf(rq, "/%s", field->name), NULL);
}

ProtobufCMessage *sent_new(Req *rq, const ModuleRuntime *module, ProtobufCBinaryData data)
{
        ProtobufCMessage *record = sent_record(rq, module, data);

        access_check(rq, module, ACCESS_CREATE);
        access_check_create(rq, module, record);
        for (unsigned i = 0; i < module->n_columns; i++)
                if (module->columns[i]->number != TAG_ID && record_has(record, module->columns[i]))
                        refuse_read_only(rq, module->columns[i]);
        if (record_head(record)->n_labels > 0)
                req_note(rq, READ_ONLY, "/labels", NULL);
        req_check(rq);
        return record;
}

/* The fields named in `changed`, put over the record as it is. */
static ProtobufCMessage *merge(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before,
        const ProtobufCMessage *change, const Cauce__UpdateRequest *update)
{
        ProtobufCMessage *after = record_copy(rq->arena, module->module->message, before);
        const Cauce__Custom *custom = record_head(change)->custom;

        for (size_t i = 0; i < update->n_changed; i++) {
                const Field *field = message_field_tag(module->module->message, update->changed[i]);
                if (field && field->flags & FIELD_READ_ONLY) {
                        refuse_read_only(rq, field);
                        continue;
                }
                if (!field || store_of(field->kind) == STORE_NONE)
                        req_fail(rq, BAD_REQUEST, NULL, "changed");
                if (field->number == TAG_CUSTOM) {
                        if (!custom)
                                record_head(after)->custom = NULL;
                        continue;
                }
                Value value = record_get(rq->arena, change, field);
                record_set(rq->arena, after, field, &value);
        }
        for (size_t i = 0; custom && i < custom->n_values; i++)
                if (custom->values[i]->key)
                        record_set_custom(rq->arena, after, custom->values[i]);
        req_check(rq);
        return after;
}

ProtobufCMessage *sent_merge(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *before,
        const ProtobufCMessage *change, const Cauce__UpdateRequest *update)
{
        access_check_change(rq, module, update, change);
        return merge(rq, module, before, change, update);
}

ProtobufCMessage *sent_change(Req *rq, const ModuleRuntime *module, const Cauce__UpdateRequest *update,
        const ProtobufCMessage **ret_before)
{
        Uuid id = sent_id(rq, update->has_id, update->id);
        const ProtobufCMessage *change = sent_record(rq, module, update->record);
        const ProtobufCMessage *before = entity_load(rq, module, &id, false);

        access_check_record(rq, module, before, ACCESS_CHANGE);
        if (record_head(before)->version != update->version)
                entity_stale(rq, module, before);
        *ret_before = before;
        return sent_merge(rq, module, before, change, update);
}

/* ---- of a bulk request ---- */

static void prepare_create(Req *rq, const ModuleRuntime *module, ProtobufCMessage *record, Write *ret)
{
        if (!write_create(rq, module, record, ret))
                req_check(rq);
}

static void prepare_update(Req *rq, const ModuleRuntime *module, const Cauce__BulkOperation *in, Write *ret)
{
        Cauce__UpdateRequest update = CAUCE__UPDATE_REQUEST__INIT;
        const ProtobufCMessage *before;

        update.has_id = in->has_id;
        update.id = in->id;
        update.has_version = in->has_version;
        update.version = in->version;
        update.has_record = in->has_record;
        update.record = in->record;
        update.n_changed = in->n_changed;
        update.changed = in->changed;
        ProtobufCMessage *after = sent_change(rq, module, &update, &before);
        write_update(rq, module, before, after, ret);
}

static void prepare_restore(Req *rq, const ModuleRuntime *module, const Cauce__BulkOperation *in, Write *ret)
{
        Uuid id = sent_id(rq, in->has_id, in->id);
        const ProtobufCMessage *before = entity_load(rq, module, &id, true);

        write_restore(rq, module, before, ret);
        if (in->has_version && record_head(before)->version != in->version)
                entity_stale(rq, module, before);
}

void sent_prepare(Req *rq, const ModuleRuntime *module, const Cauce__BulkOperation *in, Write *ret)
{
        Uuid id;

        switch (in->op) {
        case CAUCE__BULK_OP__BULK_OP_CREATE:
                prepare_create(rq, module, sent_new(rq, module, in->record), ret);
                return;
        case CAUCE__BULK_OP__BULK_OP_UPDATE:
                prepare_update(rq, module, in, ret);
                return;
        case CAUCE__BULK_OP__BULK_OP_DELETE:
                id = sent_id(rq, in->has_id, in->id);
                write_delete(rq, module, entity_load(rq, module, &id, false), in->version, ret);
                return;
        case CAUCE__BULK_OP__BULK_OP_RESTORE:
                prepare_restore(rq, module, in, ret);
                return;
        case CAUCE__BULK_OP__BULK_OP_DUPLICATE:
                id = sent_id(rq, in->has_id, in->id);
                prepare_create(rq, module, entity_copy(rq, module, &id), ret);
                return;
        default:
                req_fail(rq, BAD_REQUEST, NULL, "op");
        }
}
