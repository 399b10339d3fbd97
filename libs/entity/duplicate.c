/* A record made from another one. */
#include "entity/duplicate.h"
#include "cauce.pb-c.h"
#include "entity/access.h"
#include "entity/record.h"
#include "entity/write.h"

/* What a copy takes over: what the principal may view and give, and no other record may have to itself. */
static bool duplicable(Req *rq, const ModuleRuntime *module, const Field *field)
{
        return !(field->flags & (FIELD_READ_ONLY | FIELD_UNIQUE | FIELD_SECRET)) &&
               access_field(rq, module, field, ACCESS_ON_VIEW) &&
               access_field(rq, module, field, ACCESS_ON_CREATE);
}

static ProtobufCMessage *duplicate_of(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record)
{
        ProtobufCMessage *copy = record_new(rq->arena, module->module->message);

        for (unsigned i = 0; i < module->n_columns; i++) {
                const Field *field = module->columns[i];
                if (field->number > TAG_OWNER && field->number != TAG_CUSTOM && record_has(record, field) &&
                        duplicable(rq, module, field))
                        record_borrow(copy, record, field);
        }
        for (unsigned i = 0; i < module->n_custom; i++) {
                Cauce__CustomValue *value = record_custom(record, module->custom[i]->name);
                if (value && duplicable(rq, module, module->custom[i]))
                        record_set_custom(rq->arena, copy, value);
        }
        return copy;
}

ProtobufCMessage *entity_copy(Req *rq, const ModuleRuntime *module, const Uuid *id)
{
        const ProtobufCMessage *record = entity_load(rq, module, id, false);

        access_check_record(rq, module, record, ACCESS_DUPLICATE);
        access_check(rq, module, ACCESS_CREATE);
        ProtobufCMessage *copy = duplicate_of(rq, module, record);
        access_check_create(rq, module, copy);
        return copy;
}
