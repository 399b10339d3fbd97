/* What happened to one record, from its events; what may not be viewed is left out of them. */
#include "entity/history.h"
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/event_wire.h"
#include "entity/labels.h"
#include "entity/record.h"
#include "entity/storage.h"

#define HISTORY_LIMIT_MAX     200
#define HISTORY_LIMIT_DEFAULT 50

static void actors_fill(Req *rq, Cauce__HistoryReply *ret)
{
        Uuid *ids = arena_array(rq->arena, ret->n_events + 1, sizeof *ids);
        const char **labels = arena_array(rq->arena, ret->n_events + 1, sizeof *labels);
        unsigned n = 0;

        for (size_t i = 0; i < ret->n_events; i++) {
                Uuid id = event_uuid(ret->events[i]->actor);
                bool known = uuid_is_nil(&id);
                for (unsigned j = 0; j < n; j++)
                        known = known || uuid_compare(&ids[j], &id) == 0;
                if (!known)
                        ids[n++] = id;
        }
        labels_of(rq, "identity.user", ids, n, labels);
        ret->actors = arena_array(rq->arena, n + 1, sizeof *ret->actors);
        for (unsigned i = 0; i < n; i++) {
                if (!labels[i])
                        continue;
                Cauce__Label *label = arena_alloc(rq->arena, sizeof *label);
                char *text = arena_alloc(rq->arena, UUID_TEXT + 1);
                cauce__label__init(label);
                uuid_format(&ids[i], text);
                label->field = text;
                label->text = (char *)labels[i];
                ret->actors[ret->n_actors++] = label;
        }
}

/* ---- what is withheld ---- */

typedef struct Veil {
        Req *rq;
        const ModuleRuntime *module;
        const ModuleAccess *access;
} Veil;

static bool viewed(const Veil *veil, uint32_t number)
{
        const Field *field = message_field_tag(veil->module->module->message, number);

        return !field || access_field(veil->rq, veil->module, field, ACCESS_ON_VIEW);
}

/* NULL when there is none. One that cannot be read is dropped: nothing of it was looked at. */
static ProtobufCMessage *image_withhold(const Veil *veil, protobuf_c_boolean *has, ProtobufCBinaryData *image)
{
        Arena *arena = veil->rq->arena;
        ProtobufCMessage *record =
                *has ? record_unpack(arena, veil->module->module->message, image->data, image->len) : NULL;

        *has = record != NULL;
        if (!record)
                return NULL;
        access_withhold(arena, veil->access, record);
        image->data = event_pack(arena, record, &image->len);
        return record;
}

static Str custom_text(const Veil *veil, const ProtobufCMessage *record)
{
        StrBuf text = {.arena = veil->rq->arena};

        storage_put_custom(&text, record ? record_head(record)->custom : NULL);
        return (Str){text.p, text.len};
}

void history_withhold(Req *rq, const ModuleRuntime *module, const ModuleAccess *access, Cauce__Event *event)
{
        const Veil veils = {rq, module, access}, *veil = &veils;
        const ProtobufCMessage *before = image_withhold(veil, &event->has_before, &event->before);
        const ProtobufCMessage *after = image_withhold(veil, &event->has_after, &event->after);
        size_t n = 0;

        for (size_t i = 0; i < event->n_changed; i++) {
                uint32_t number = event->changed[i];
                if (!viewed(veil, number) ||
                        (number == TAG_CUSTOM && str_eq(custom_text(veil, before), custom_text(veil, after))))
                        continue;
                event->changed[n++] = number;
        }
        event->n_changed = n;
        bool created = event->type == CAUCE__EVENT_TYPE__EVENT_TYPE_CREATED;
        if (!viewed(veil, created ? TAG_CREATED_BY : TAG_UPDATED_BY)) {
                event->has_actor = false;
                event->actor = (ProtobufCBinaryData){};
        }
}

/* ---- reading ---- */

void entity_history(Req *rq, const ModuleRuntime *module, const Uuid *id, const Cauce__HistoryRequest *in,
        Cauce__HistoryReply *ret)
{
        static const char sql[] = "SELECT " EVENT_COLUMNS " FROM event e WHERE e.record = $1 AND e.seq < $2 "
                                  "AND e.module = $3 ORDER BY e.seq DESC LIMIT $4";
        PgArgs *args = pg_args(rq->arena);
        uint32_t limit = in->has_limit && in->limit > 0 ? in->limit : HISTORY_LIMIT_DEFAULT;
        PgRows *rows;

        (void)pg_arg_uuid(args, id);
        (void)pg_arg_int8(args, in->has_before_seq ? in->before_seq : INT64_MAX);
        (void)pg_arg_text(args, str_of(module->module->name));
        (void)pg_arg_int8(args, limit < HISTORY_LIMIT_MAX ? limit : HISTORY_LIMIT_MAX);
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql, args}, 1, rq->deadline, &rows));
        ret->events = arena_array(rq->arena, (size_t)pg_rows(rows) + 1, sizeof *ret->events);
        const ModuleAccess *access = principal_access(rq, module);
        for (int row = 0; row < pg_rows(rows); row++) {
                Cauce__Event *event = event_from_row(rq->arena, module->module->service, rows, row, 0);
                if (access && access->withholds)
                        history_withhold(rq, module, access, event);
                ret->events[ret->n_events++] = event;
        }
        actors_fill(rq, ret);
}
