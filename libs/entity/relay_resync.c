/* What of the outbox is in the stream already: a message whose ack was lost, or whose outbox row the former
 * relay did not come to remove. The relay publishes in the outbox's order, each message after the one before,
 * so what is stored and not removed is the stream's very end: it is read backwards until a message is found
 * that the outbox no longer has. */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "entity/relay.h"

typedef struct Stored {
        char *subject;
        uint8_t *data;
        size_t len;
        int64_t error; /* of JetStream, 0 = none */
} Stored;

#define NO_MESSAGE 10037

static int read_data(JsonReader *reader, Stored *ret)
{
        size_t cap = reader->text.len / 4 * 3 + 4;

        ret->data = arena_alloc(reader->arena, cap);
        return sodium_base642bin(ret->data, cap, reader->text.p, reader->text.len, NULL, &ret->len, NULL,
                       sodium_base64_VARIANT_ORIGINAL) == 0
                       ? 0
                       : -EINVAL;
}

/* {"message": {"subject": …, "data": base64}} or {"error": {"err_code": …}}. */
static int read_stored(Arena *arena, Str json, Stored *ret)
{
        JsonReader reader;
        Str key = {};

        json_init(&reader, arena, json);
        for (JsonToken token = json_next(&reader); token != JSON_END; token = json_next(&reader)) {
                if (token == JSON_ERROR)
                        return -EINVAL;
                if (token == JSON_KEY)
                        key = reader.text;
                else if (token == JSON_STRING && str_is(key, "subject"))
                        ret->subject = arena_strndup(arena, reader.text.p, reader.text.len);
                else if (token == JSON_STRING && str_is(key, "data") && read_data(&reader, ret) < 0)
                        return -EINVAL;
                else if (token == JSON_NUMBER && str_is(key, "err_code"))
                        (void)parse_i64(reader.text, &ret->error);
        }
        return 0;
}

/* 0, > 0 from the bus. ret->data is NULL when the stream does not have it (any more). */
static int get_stored(Relay *relay, Arena *arena, uint64_t seq, Stored *ret)
{
        CallContext context = {.deadline = clock_realtime() + RELAY_ACK_US};
        const char *subject = arena_printf(arena, "$JS.API.STREAM.MSG.GET.%s", relay->stream);
        const char *body = arena_printf(arena, "{\"seq\":%llu}", (unsigned long long)seq);
        BusReply reply;

        *ret = (Stored){};
        int r = bus_call(relay->entity->bus, arena, &context, subject, body, strlen(body), &reply);
        if (r != 0)
                return r;
        if (read_stored(arena, (Str){(const char *)reply.data, reply.len}, ret) < 0)
                return BUS_E_TIMEOUT;
        return ret->error == 0 || ret->error == NO_MESSAGE ? 0 : (int)ret->error;
}

enum Found { FOUND_NOT = 0, FOUND_PART = 1, FOUND_WHOLE = 2 };

/* Whether the outbox still has the row that the stored message is (the last part) of. */
static int find_row(Relay *relay, Arena *arena, const Stored *stored, int64_t *ret_head, int64_t *ret_to)
{
        static const char sql[] =
                "SELECT o.seq, o.last_seq IS NULL OR NOT EXISTS (SELECT 1 FROM event x "
                "WHERE x.seq > $3 AND x.seq <= o.last_seq AND x.batch = o.seq) "
                "FROM event e JOIN outbox o ON o.seq = coalesce(e.batch, e.seq) WHERE e.seq = $1 AND e.event_id = $2";
        Cauce__Event **events;
        unsigned n;
        PgRows *rows;

        if (!stored->data ||
                event_unpack(arena, stored->subject ? stored->subject : "", stored->data, stored->len,
                        &events, &n) < 0 ||
                n == 0)
                return FOUND_NOT;
        PgArgs *args = pg_args(arena);
        Uuid id = event_uuid(events[0]->id);
        (void)pg_arg_int8(args, events[0]->seq);
        (void)pg_arg_uuid(args, &id);
        (void)pg_arg_int8(args, events[n - 1]->seq);
        int r = pg_conn_exec(relay->conn, arena, &(PgStmt){sql, args}, 1, &rows);
        if (r != 0)
                return r < 0 ? r : PG_FAULT;
        if (pg_rows(rows) == 0)
                return FOUND_NOT;
        *ret_head = pg_int(rows, 0, 0);
        *ret_to = events[n - 1]->seq;
        return pg_bool(rows, 0, 1) ? FOUND_WHOLE : FOUND_PART;
}

static int walk_back(Relay *relay, uint64_t last)
{
        int64_t head = 0, to = 0;
        int r = 0;

        for (uint64_t seq = last; seq > 0 && r == 0; seq--) {
                Arena *arena = arena_new();
                Stored stored;
                r = get_stored(relay, arena, seq, &stored);
                int found = r == 0 ? find_row(relay, arena, &stored, &head, &to) : FOUND_NOT;
                (void)arena_free(arena);
                if (r != 0 || found < 0)
                        return r ? r : found;
                if (found == FOUND_NOT)
                        break;
                if (found == FOUND_PART && seq == last) {
                        relay->partial_head = head;
                        relay->partial_to = to;
                } else if (found == FOUND_WHOLE) {
                        relay->acked[relay->n_acked++] = head;
                }
                if (relay->n_acked == RELAY_CLAIM)
                        r = relay_forget(relay);
        }
        return r ? r : relay_forget(relay);
}

int relay_resync(Relay *relay)
{
        uint64_t last;
        int r = lease_renew(relay->conn, &relay->lease, true);

        if (r == 0)
                r = relay_forget(relay);
        if (r != 0)
                return r;
        relay->partial_head = relay->partial_to = 0;
        r = bus_js_last_seq(relay->entity->bus, relay->stream, &last);
        if (r == 0)
                r = walk_back(relay, last);
        if (r == 0)
                relay->last_seq = last;
        return r;
}
