/* The newest epoch of authorisation that identity has told (libs/entity/authz_wait.h): heard on
 * poke.identity.epoch, and asked for twice a second, so that a poke that is lost costs half a second. It goes
 * along with every request, so that no service answers by an older right, and says which cached sessions are
 * asked for again.
 *
 * While identity does not answer, the last one known stays in force: nobody can be signed out or lose a right
 * then, since that is a change which identity makes. Cached sessions go on for the minute that they are
 * kept; one that an epoch has overtaken is not believed without identity, and is answered 503. */
#include "entity/authz_wait.h"
#include "gateway.h"

#define ASK_US   INT64_C(500000)
#define REPLY_US INT64_C(2000000)

static const char subject[] = "poke.identity.epoch";

void epoch_heard(Gateway *gateway, uint64_t epoch, uint64_t rights)
{
        gateway->epoch_known = true;
        if (epoch > gateway->epoch)
                gateway->epoch = epoch;
        if (rights > gateway->rights_epoch)
                gateway->rights_epoch = rights;
}

bool epoch_is_current(const Gateway *gateway, const Session *session)
{
        return gateway->epoch_known && session->epoch >= gateway->epoch;
}

static void on_epoch(void *arg, const char *name, const void *data, size_t len)
{
        AuthzEpoch told;

        (void)name;
        if (authz_epoch_parse((Str){data, len}, &told))
                epoch_heard(arg, told.epoch, told.rights);
}

static void ask(Gateway *gateway, Arena *arena)
{
        CallContext context = {.deadline = clock_realtime() + REPLY_US};
        BusReply reply;

        if (bus_call(gateway->entity.bus, arena, &context, "rpc.identity.epoch", "", 0, &reply) != 0 ||
                reply.code != 0)
                return;
        const EpochReply *told =
                cauce__identity__epoch_reply__unpack(arena_protobuf(arena), reply.len, reply.data);
        if (told)
                epoch_heard(gateway, told->epoch, told->rights);
}

static void epoch_task(void *arg)
{
        Gateway *gateway = arg;
        Arena *arena = arena_new();

        while (!gateway->entity.stopping) {
                if (bus_connected(gateway->entity.bus))
                        ask(gateway, arena);
                arena_reset(arena);
                task_sleep(ASK_US);
        }
        (void)arena_free(arena);
}

bool epoch_start(Gateway *gateway)
{
        return bus_subscribe(gateway->entity.bus, subject, on_epoch, gateway) == 0 &&
               task_spawn(gateway->entity.loop, epoch_task, gateway, NULL) == 0;
}
