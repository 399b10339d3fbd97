/* The log of what changed: events as they are heard, decoded once, without their data. */
#include <string.h>

#include "live.h"

/* Its newest events stand at head - 1, head - 2, … modulo LIVE_LOG. */
static void append(Live *live, const LiveEvent *event)
{
        LiveEvent *place = &live->log[live->head % LIVE_LOG];

        if (live->head >= LIVE_LOG) {
                LiveService *service = &live->services[live->service_of[place->module]];
                if (place->seq > service->from)
                        service->from = place->seq;
        }
        *place = *event;
        live->head++;
        live->events++;
        mask_add(&live->dirty, event->module);
}

int live_module(const Live *live, Str key)
{
        for (unsigned i = 0; i < live->n_modules; i++)
                if (str_is(key, cauce_modules[i]->key))
                        return (int)i;
        return -1;
}

static bool changes(const Cauce__Event *event, uint32_t tag)
{
        for (size_t i = 0; i < event->n_changed; i++)
                if (event->changed[i] == tag)
                        return true;
        return false;
}

/* Whose it was: an owner or assignee that it has no more saw it, whoever sees it now. */
static void taken_from(const Live *live, const Cauce__Event *event, LiveEvent *ret)
{
        const Module *module = cauce_modules[ret->module];
        bool owner = changes(event, TAG_OWNER), assigned = changes(event, TAG_ASSIGNED_TO);

        if (!event->has_before || !(owner || assigned))
                return;
        const ProtobufCMessage *before = protobuf_c_message_unpack(module->message->descriptor,
                arena_protobuf(live->decoding), event->before.len, event->before.data);
        const RecordHead *head = (const RecordHead *)before;
        if (head && owner && head->has_owner && head->owner.len == sizeof(Uuid))
                ret->owner = uuid_end(head->owner.data);
        if (head && assigned && head->has_assigned_to && head->assigned_to.len == sizeof(Uuid))
                ret->assigned = uuid_end(head->assigned_to.data);
}

bool live_event(const Live *live, const Cauce__Event *event, LiveEvent *ret)
{
        int module = live_module(live, str_of(event->module));

        int type = (int)event->type;
        if (module < 0 || event->record.len != sizeof(Uuid) || type < LIVE_CREATED || type >= LIVE_GONE)
                return false;
        *ret = (LiveEvent){.seq = event->seq,
                .version = event->version,
                .module = (uint16_t)module,
                .type = (uint8_t)type};
        memcpy(&ret->record, event->record.data, sizeof ret->record);
        taken_from(live, event, ret);
        return true;
}

void live_log_add(Live *live, const Cauce__Event *event)
{
        LiveEvent one;

        if (!live_event(live, event, &one))
                return;
        append(live, &one);
        live_check_event(live, &one);
        LiveService *service = &live->services[live->service_of[one.module]];
        if (service->known && !service->gap && event->settled > service->at)
                service->at = event->settled;
        if (one.seq <= service->newest)
                return;
        if (service->newest <= service->at && service->task)
                task_wake(service->task);
        service->newest = one.seq;
}

void live_log_message(Live *live, bool batch, const void *data, size_t len)
{
        ProtobufCAllocator *memory = arena_protobuf(live->decoding);

        if (batch) {
                const Cauce__EventBatch *all = cauce__event_batch__unpack(memory, len, data);
                for (size_t i = 0; all && i < all->n_events; i++)
                        live_log_add(live, all->events[i]);
        } else {
                const Cauce__Event *event = cauce__event__unpack(memory, len, data);
                if (event)
                        live_log_add(live, event);
        }
        arena_reset(live->decoding);
}
