/* What happened to one record, from its events. */
#include "entity/history.h"
#include "entity.pb-c.h"
#include "entity/event_wire.h"
#include "entity/labels.h"

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
        for (int row = 0; row < pg_rows(rows); row++)
                ret->events[ret->n_events++] =
                        event_from_row(rq->arena, module->module->service, rows, row, 0);
        actors_fill(rq, ret);
}
