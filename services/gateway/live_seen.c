/* The records that changed, each once, and which of them a principal sees: asked once for all of its streams;
 * the services decide. */
#include <string.h>

#include "entity/verbs.h"
#include "live.h"

#define IDS_MAX 1000
#define ENOUGH  200 /* records of a module that are seen: more are told as a number, which says "at least" */

static uint32_t *place_of(const LiveTurn *turn, unsigned module, const void *record)
{
        uint64_t hash = (uuid_end(record) ^ module) * UINT64_C(0x9e3779b97f4a7c15);

        for (uint32_t i = (uint32_t)(hash >> 32);; i++) {
                uint32_t *place = &turn->index[i & turn->index_mask];
                if (*place == 0)
                        return place;
                const LiveEvent *event = &turn->items[*place - 1].event;
                if (event->module == module && memcmp(&event->record, record, sizeof(Uuid)) == 0)
                        return place;
        }
}

void live_items(LiveTurn *turn, uint64_t max)
{
        uint32_t size = 16;

        while (size < 2 * max)
                size *= 2;
        turn->items = arena_raw(turn->arena, (size_t)(max + 1) * sizeof *turn->items);
        turn->index = arena_array(turn->arena, size, sizeof *turn->index);
        turn->index_mask = size - 1;
        turn->n_items = 0;
}

void live_item_add(LiveTurn *turn, const LiveEvent *event, uint64_t index)
{
        uint64_t user = uuid_end(&turn->principal->user);
        uint32_t *place = place_of(turn, event->module, &event->record);
        bool taken = event->owner == user || event->assigned == user;

        if (*place == 0) {
                turn->items[turn->n_items++] = (LiveItem){.event = *event, .index = index, .taken = taken};
                *place = turn->n_items;
                return;
        }
        LiveItem *item = &turn->items[*place - 1];
        bool created = item->event.type == LIVE_CREATED && event->type == LIVE_UPDATED;
        item->index = index;
        item->taken |= taken;
        if (event->seq < item->event.seq)
                return; /* it came out of the owner's log, after a newer one */
        item->event = *event;
        if (created)
                item->event.type = LIVE_CREATED;
}

/* ---- who sees it ---- */

static void ask_visible(Req *rq, void *arg)
{
        LiveTurn *turn = arg;
        Str packed = req_ask(rq, turn->subject, req_pack(rq, &turn->in.base), false);

        turn->reply = req_unpack(rq, &cauce__visible_reply__descriptor, packed);
        turn->live->asked++;
}

static unsigned take_visible(LiveTurn *turn, unsigned module)
{
        unsigned n = 0;

        for (size_t i = 0; i < turn->reply->n_ids; i++) {
                if (turn->reply->ids[i].len != sizeof(Uuid))
                        continue;
                uint32_t place = *place_of(turn, module, turn->reply->ids[i].data);
                if (place == 0)
                        continue;
                turn->items[place - 1].visible = true;
                n++;
        }
        return n;
}

/* The next records of a module, from *from on. */
static void next_ids(LiveTurn *turn, unsigned module, unsigned *from)
{
        cauce__visible_request__init(&turn->in);
        turn->in.ids = arena_array(turn->arena, IDS_MAX, sizeof *turn->in.ids);
        for (; *from < turn->n_items && turn->in.n_ids < IDS_MAX; (*from)++)
                if (turn->items[*from].event.module == module)
                        turn->in.ids[turn->in.n_ids++] =
                                (ProtobufCBinaryData){sizeof(Uuid), turn->items[*from].event.record.b};
}

bool live_see_module(LiveTurn *turn, unsigned module)
{
        const Module *what = cauce_modules[module];
        unsigned found = 0;

        turn->subject = arena_printf(turn->arena, "rpc.%s.%s.visible", what->service, what->name);
        for (unsigned from = 0; found <= ENOUGH;) {
                next_ids(turn, module, &from);
                if (turn->in.n_ids == 0)
                        return true;
                int status = live_ask(turn, ask_visible);
                if (status == 401 || status == 403)
                        return true;
                if (status != 0)
                        return false;
                found += take_visible(turn, module);
        }
        return true;
}

static void see_all(LiveTurn *turn, unsigned module)
{
        for (unsigned i = 0; i < turn->n_items; i++)
                if (turn->items[i].event.module == module)
                        turn->items[i].visible = true;
}

LiveMask live_see(LiveTurn *turn)
{
        const LivePrincipal *principal = turn->principal;
        LiveMask failed = {}, present = {};

        for (unsigned i = 0; i < turn->n_items; i++)
                mask_add(&present, turn->items[i].event.module);
        for (unsigned i = 0; i < turn->live->n_modules; i++) {
                if (!mask_has(&present, i))
                        continue;
                if (mask_has(&principal->all, i) &&
                        principal->rights_epoch == turn->live->gateway->rights_epoch)
                        see_all(turn, i);
                else if (!live_see_module(turn, i))
                        mask_add(&failed, i);
        }
        return failed;
}

void live_items_told(LiveTurn *turn, const LiveMask *failed)
{
        for (unsigned i = 0; i < turn->n_items; i++) {
                LiveItem *item = &turn->items[i];
                unsigned module = item->event.module;
                if (mask_has(failed, module))
                        item->taken = false;
                else if (item->visible)
                        live_told(turn->live, turn->principal, module, &item->event.record);
                else
                        item->taken |= live_told_forget(turn->principal, module, &item->event.record);
        }
}
