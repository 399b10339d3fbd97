/* Claimed rows to JetStream messages: one for a single event, one for each part of a batch. A part holds
 * events of one partition and module, at most 500 and about a megabyte. */
#include "entity/relay.h"

#define PART_EVENTS 500

typedef struct Row {
        Cauce__Event *event;
        Uuid record;
        size_t size;
        int64_t head;
} Row;

static const char *msg_id(Arena *arena, const Cauce__Event *event)
{
        Uuid id = event_uuid(event->id);
        char *text = arena_alloc(arena, UUID_TEXT + 1);

        uuid_format(&id, text);
        return text;
}

static void put_message(Relay *relay, RelayOut *out, Row *rows, unsigned n, bool last)
{
        Arena *arena = relay->arena;
        int64_t settled = last ? rows->head : rows->head - 1;
        BusPublish *message = &out->messages[out->n];

        if (settled > relay->settled)
                settled = relay->settled;
        for (unsigned i = 0; i < n; i++) {
                rows[i].event->has_settled = settled > 0;
                rows[i].event->settled = settled;
        }
        *message = (BusPublish){
                .msg_id = msg_id(arena, rows->event), .expected_last_seq = relay->last_seq + out->n};
        if (n == 1) {
                message->subject = event_subject(
                        arena, rows->event->module, &rows->record, event_type_name(rows->event->type));
                message->data = event_pack(arena, &rows->event->base, &message->len);
        } else {
                Cauce__EventBatch batch = CAUCE__EVENT_BATCH__INIT;
                batch.n_events = n;
                batch.events = arena_array(arena, n, sizeof *batch.events);
                for (unsigned i = 0; i < n; i++)
                        batch.events[i] = rows[i].event;
                message->subject = event_subject(arena, rows->event->module, &rows->record, "batch");
                message->data = event_pack(arena, &batch.base, &message->len);
        }
        out->heads[out->n] = last ? rows->head : 0;
        out->events[out->n] = n;
        out->n_events += n;
        out->n++;
}

/* How many of the rows from the first on go into one message. */
static unsigned part_size(const Row *rows, unsigned n)
{
        size_t size = rows[0].size;
        unsigned i = 1;

        while (i < n && i < PART_EVENTS && size + rows[i].size + 8 <= EVENT_BYTES_MAX &&
                streq(rows[i].event->module, rows[0].event->module) &&
                uuid_partition(&rows[i].record) == uuid_partition(&rows[0].record)) {
                size += rows[i].size + 8;
                i++;
        }
        return i;
}

/* The rows of one outbox row. */
static void put_head(Relay *relay, RelayOut *out, Row *rows, unsigned n)
{
        if (rows->head == relay->partial_head)
                for (; n > 1 && rows->event->seq <= relay->partial_to; n--)
                        rows++;
        while (n > 0) {
                unsigned part = part_size(rows, n);
                put_message(relay, out, rows, part, part == n);
                rows += part;
                n -= part;
        }
}

static Row read_row(Relay *relay, const PgRows *rows, int row)
{
        Cauce__Event *event =
                event_from_row(relay->arena, relay->entity->service_name, rows, row, RELAY_EVENT);

        return (Row){
                .event = event,
                .record = event_uuid(event->record),
                .size = event_fit(event),
                .head = pg_int(rows, row, RELAY_HEAD),
        };
}

void relay_out(Relay *relay, const PgRows *rows, RelayOut *ret)
{
        unsigned n = (unsigned)pg_rows(rows);
        Row *list = arena_array(relay->arena, n + 1, sizeof *list);
        unsigned filled = 0;

        *ret = (RelayOut){
                .messages = arena_array(relay->arena, n + 1, sizeof *ret->messages),
                .heads = arena_array(relay->arena, n + 1, sizeof *ret->heads),
                .events = arena_array(relay->arena, n + 1, sizeof *ret->events),
                .empty = arena_array(relay->arena, n + 1, sizeof *ret->empty),
        };
        for (unsigned i = 0; i < n; i++) {
                if (pg_null(rows, (int)i, RELAY_EVENT)) {
                        ret->empty[ret->n_empty++] = pg_int(rows, (int)i, RELAY_HEAD);
                        continue;
                }
                if (filled > 0 && list[0].head != pg_int(rows, (int)i, RELAY_HEAD)) {
                        put_head(relay, ret, list, filled);
                        filled = 0;
                }
                list[filled++] = read_row(relay, rows, (int)i);
        }
        if (filled > 0)
                put_head(relay, ret, list, filled);
}
