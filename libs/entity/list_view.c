/* Ready-made views, and which records a request asks for. */
#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/filter.h"
#include "entity/list_private.h"
#include "entity/sent.h"

static bool viewed(Req *rq, const ModuleRuntime *module, Str name)
{
        const Field *field = runtime_field(module, name);

        return !field || access_field(rq, module, field, ACCESS_ON_VIEW);
}

static bool filter_viewed(Req *rq, const ModuleRuntime *module, const Cauce__Filter *filter)
{
        if (!filter)
                return true;
        if (filter->field && !viewed(rq, module, str_of(filter->field)))
                return false;
        for (size_t i = 0; i < filter->n_all; i++)
                if (!filter_viewed(rq, module, filter->all[i]))
                        return false;
        return true;
}

static bool sort_viewed(Req *rq, const ModuleRuntime *module, Str text)
{
        for (Str part; str_take(&text, ',', &part);) {
                size_t sign = part.len > 0 && part.p[0] == '-';

                if (!viewed(rq, module, (Str){part.p + sign, part.len - sign}))
                        return false;
        }
        return true;
}

/* Its columns are another matter: it loses them. */
bool list_view_usable(Req *rq, const ModuleRuntime *module, const View *view)
{
        return filter_viewed(rq, module, filter_text(rq->arena, str_of(view->filter))) &&
               sort_viewed(rq, module, str_of(view->sort)) &&
               (!view->group_by || viewed(rq, module, str_of(view->group_by)));
}

const View *view_of(Req *rq, const ModuleRuntime *module, const char *name)
{
        if (!name || !name[0])
                return NULL;
        for (unsigned i = 0; i < module->module->n_views; i++) {
                const View *view = &module->module->views[i];
                if (streq(view->name, name) && list_view_usable(rq, module, view))
                        return view;
        }
        req_fail(rq, BAD_FILTER, "view", utf8_cut(rq->arena, str_of(name), 60));
}

static const Zone *zone_of(Req *rq, const char *name)
{
        const Zone *zone;

        if (!name || !name[0])
                return rq->entity->zone;
        if (zone_open(name, &zone) != 0)
                req_fail(rq, BAD_FILTER, "zone", utf8_cut(rq->arena, str_of(name), 60));
        return zone;
}

void selection_ids(Req *rq, Selection *selection, const ProtobufCBinaryData *sent, size_t n)
{
        Uuid *ids = arena_array(rq->arena, n + 1, sizeof *ids);

        for (size_t i = 0; i < n; i++)
                ids[i] = sent_id(rq, true, sent[i]);
        selection->ids = ids;
        selection->n_ids = n;
}

Selection selection_of(
        Req *rq, const ModuleRuntime *module, const View *view, Cauce__Filter *filter, const char *zone)
{
        Cauce__Filter *ready = view ? filter_text(rq->arena, str_of(view->filter)) : NULL;

        return (Selection){
                .module = module, .zone = zone_of(rq, zone), .filter = filter_both(rq->arena, ready, filter)};
}
