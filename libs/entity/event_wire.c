/* Event rows to cauce.Event and back: what the relay publishes, the feed answers and the consumers read. Owns
 * nothing. */
#include <errno.h>
#include <string.h>

#include "entity/event_wire.h"
#include "entity/record.h"
#include "entity/storage.h"

enum { SEQ, EVENT_ID, MODULE, RECORD, VERSION, TYPE, AT, ACTOR, TRACE, JOB, CHANGED, BEFORE, AFTER };

static void set_uuid(Arena *arena, const PgRows *rows, int row, int column, ProtobufCBinaryData *ret,
        protobuf_c_boolean *ret_has)
{
        if (pg_null(rows, row, column))
                return;
        Uuid id = pg_uuid(rows, row, column);
        record_set_uuid(arena, ret, ret_has, &id);
}

/* Left out when it cannot be read: an event must go out whatever its row holds. */
static void set_image(Arena *arena, const Module *module, const PgRows *rows, int row, int column,
        ProtobufCBinaryData *ret, protobuf_c_boolean *ret_has)
{
        ProtobufCMessage *message;

        if (!module || pg_null(rows, row, column) ||
                storage_to_message(arena, module, pg_text(rows, row, column), &message) < 0)
                return;
        ret->data = event_pack(arena, message, &ret->len);
        *ret_has = true;
}

static void set_changed(Arena *arena, const PgRows *rows, int row, int column, Cauce__Event *event)
{
        int64_t *numbers;
        unsigned n = pg_int_array(rows, row, column, arena, &numbers);

        event->changed = arena_array(arena, n + 1, sizeof *event->changed);
        for (unsigned i = 0; i < n; i++)
                event->changed[event->n_changed++] = (uint32_t)numbers[i];
}

Cauce__Event *event_from_row(Arena *arena, const char *service, const PgRows *rows, int row, int first)
{
        Cauce__Event *event = arena_alloc(arena, sizeof *event);
        Str name = pg_text(rows, row, first + MODULE);

        cauce__event__init(event);
        event->module = arena_printf(arena, "%s.%.*s", service, (int)name.len, name.p);
        const Module *module = module_by_key(event->module);
        event->has_seq = event->has_version = event->has_type = event->has_at = true;
        event->seq = pg_int(rows, row, first + SEQ);
        event->version = pg_int(rows, row, first + VERSION);
        event->type = (Cauce__EventType)pg_int(rows, row, first + TYPE);
        event->at = pg_timestamptz(rows, row, first + AT);
        if (!pg_null(rows, row, first + TRACE)) {
                Str trace = pg_text(rows, row, first + TRACE);
                event->trace = arena_strndup(arena, trace.p, trace.len);
        }
        set_uuid(arena, rows, row, first + EVENT_ID, &event->id, &event->has_id);
        set_uuid(arena, rows, row, first + RECORD, &event->record, &event->has_record);
        set_uuid(arena, rows, row, first + ACTOR, &event->actor, &event->has_actor);
        set_uuid(arena, rows, row, first + JOB, &event->job, &event->has_job);
        set_changed(arena, rows, row, first + CHANGED, event);
        set_image(arena, module, rows, row, first + BEFORE, &event->before, &event->has_before);
        set_image(arena, module, rows, row, first + AFTER, &event->after, &event->has_after);
        return event;
}

size_t event_fit(Cauce__Event *event)
{
        size_t size = cauce__event__get_packed_size(event);

        if (size <= EVENT_BYTES_MAX)
                return size;
        event->has_before = false;
        event->before = (ProtobufCBinaryData){};
        if (cauce__event__get_packed_size(event) > EVENT_BYTES_MAX) {
                event->has_after = false;
                event->after = (ProtobufCBinaryData){};
        }
        return cauce__event__get_packed_size(event);
}

void *event_pack(Arena *arena, const ProtobufCMessage *message, size_t *ret_len)
{
        size_t len = protobuf_c_message_get_packed_size(message);
        uint8_t *data = arena_alloc(arena, len + 1);

        *ret_len = protobuf_c_message_pack(message, data);
        return data;
}

const char *event_subject(Arena *arena, const char *module, const Uuid *record, const char *what)
{
        const char *dot = strchr(module, '.');
        int service = dot ? (int)(dot - module) : (int)strlen(module);

        return arena_printf(arena, "ev.%.*s.%u.%s.%s", service, module, uuid_partition(record),
                dot ? dot + 1 : "-", what);
}

Uuid event_uuid(ProtobufCBinaryData data)
{
        Uuid id = {};

        if (data.len == sizeof id)
                memcpy(&id, data.data, sizeof id);
        return id;
}

static int open_image(
        Arena *arena, const Module *module, bool has, ProtobufCBinaryData data, const ProtobufCMessage **ret)
{
        *ret = module && has ? record_unpack(arena, module->message, data.data, data.len) : NULL;
        return module && has && !*ret ? -EINVAL : 0;
}

int event_open(Arena *arena, const Cauce__Event *event, EventIn *ret)
{
        ret->arena = arena;
        ret->event = event;
        ret->module = event->module ? module_by_key(event->module) : NULL;
        if (open_image(arena, ret->module, event->has_before, event->before, &ret->before) < 0)
                return -EINVAL;
        return open_image(arena, ret->module, event->has_after, event->after, &ret->after);
}

static bool ends_with(const char *text, const char *end)
{
        size_t n = strlen(text), m = strlen(end);

        return n >= m && streq(text + n - m, end);
}

int event_unpack(
        Arena *arena, const char *subject, const void *data, size_t len, Cauce__Event ***ret, unsigned *ret_n)
{
        if (ends_with(subject, ".batch")) {
                Cauce__EventBatch *batch = cauce__event_batch__unpack(arena_protobuf(arena), len, data);
                if (!batch)
                        return -EINVAL;
                *ret = batch->events;
                *ret_n = (unsigned)batch->n_events;
                return 0;
        }
        Cauce__Event *event = cauce__event__unpack(arena_protobuf(arena), len, data);
        if (!event)
                return -EINVAL;
        *ret = arena_memdup(arena, &event, sizeof(Cauce__Event *));
        *ret_n = 1;
        return 0;
}
