/* One turn of a principal: are its sessions in force, what may it see, what did its streams miss, what is
 * new.
 */
#include <string.h>

#include "entity/verbs.h"
#include "live.h"

#define ASK_US   INT64_C(5000000)
#define PAUSE_US INT64_C(1000000) /* after no answer */
#define SIGN_IN  "data: {\"end\":\"sign_in\"}\n\n"

/* ---- asking ---- */

int live_ask(LiveTurn *turn, void (*body)(Req *rq, void *arg))
{
        const LivePrincipal *principal = turn->principal;
        Gateway *gateway = turn->live->gateway;
        bool key = !uuid_is_nil(&principal->key);
        CallContext context = {.user = principal->user,
                .session = key                  ? principal->key
                           : principal->streams ? principal->streams->session
                                                : (Uuid){},
                .key = key,
                .epoch = gateway->rights_epoch,
                .deadline = clock_realtime() + ASK_US};

        context_new_trace(&context);
        turn->x = (Exchange){.gateway = gateway, .route = "live"};
        if (req_run(&turn->x.rq, turn->arena, &gateway->entity, &context, body, turn))
                return 0;
        return turn->x.rq.n_problems ? msg_status(turn->x.rq.problems[0].code) : 500;
}

/* ---- sessions ---- */

static void ask_session(Req *rq, void *arg)
{
        LiveTurn *turn = arg;

        turn->session = session_by_hash(&turn->x, turn->token);
}

static LiveStream *to_check(const LivePrincipal *principal)
{
        LiveStream *stream = principal->streams;

        while (stream && !stream->check)
                stream = stream->peer;
        return stream;
}

static bool in_force(const LiveTurn *turn)
{
        const LivePrincipal *principal = turn->principal;
        const Session *session = turn->session;

        return session && session->expires_at > clock_realtime() && session->user.len == sizeof(Uuid) &&
               memcmp(session->user.data, &principal->user, sizeof(Uuid)) == 0 &&
               session->key == !uuid_is_nil(&principal->key);
}

static void apply_session(LiveTurn *turn)
{
        bool good = in_force(turn);

        for (LiveStream *stream = turn->principal->streams, *next; stream; stream = next) {
                next = stream->peer;
                if (memcmp(stream->token, turn->token, sizeof turn->token) != 0)
                        continue;
                stream->check = false;
                if (good)
                        stream->expires_at = turn->session->expires_at;
                else
                        live_stream_end(turn->live, stream, SIGN_IN);
        }
}

/* While nobody can say, what was in force stays. */
static void check_sessions(LiveTurn *turn)
{
        LiveStream *stream;

        while ((stream = to_check(turn->principal))) {
                memcpy(turn->token, stream->token, sizeof turn->token);
                turn->session = NULL;
                if (live_ask(turn, ask_session) != 0) {
                        live_due(turn->live, turn->principal, PAUSE_US);
                        return;
                }
                apply_session(turn);
        }
}

/* ---- rights ---- */

static void ask_rights(Req *rq, void *arg)
{
        LiveTurn *turn = arg;

        turn->rights = rights_of(&turn->x);
        live_principal_rights(rq, turn->live, turn->principal, turn->rights);
}

static void end_all(LiveTurn *turn)
{
        for (LiveStream *stream = turn->principal->streams, *next; stream; stream = next) {
                next = stream->peer;
                live_stream_end(turn->live, stream, SIGN_IN);
        }
}

static void check_rights(LiveTurn *turn)
{
        LivePrincipal *principal = turn->principal;
        uint64_t before = principal->rights_hash;

        if (principal->rights_epoch == turn->live->gateway->rights_epoch)
                return;
        int status = live_ask(turn, ask_rights);
        if (status == 401)
                end_all(turn);
        else if (status != 0)
                live_due(turn->live, principal, PAUSE_US);
        if (status != 0 || principal->rights_hash == before)
                return;
        for (LiveStream *stream = principal->streams, *next; stream; stream = next) {
                StrBuf out = {.arena = turn->arena};
                next = stream->peer;
                live_stream_modules(turn->live, stream, &out);
                (void)live_stream_send(turn->live, stream, &out);
        }
}

/* ---- what streams missed ---- */

static LiveStream *resuming(const LivePrincipal *principal)
{
        LiveStream *stream = principal->streams;

        while (stream && !stream->resume.arena)
                stream = stream->peer;
        return stream;
}

static LiveStream *stream_of(const LivePrincipal *principal, uint64_t serial)
{
        LiveStream *stream = principal->streams;

        while (stream && stream->serial != serial)
                stream = stream->peer;
        return stream;
}

static void resume_streams(LiveTurn *turn)
{
        LiveStream *stream;

        while ((stream = resuming(turn->principal))) {
                LiveResume resume = stream->resume;
                uint64_t serial = stream->serial;

                live_items(turn, resume.n);
                for (unsigned i = 0; i < resume.n; i++)
                        live_item_add(turn, &resume.events[i], UINT64_MAX);
                LiveMask failed = live_see(turn);
                stream = stream_of(turn->principal, serial);
                if (!stream)
                        continue;
                stream->resume.arena = arena_free(stream->resume.arena);
                stream->resume = (LiveResume){};
                live_items_told(turn, &failed);
                stream->reset |= mask_any(&failed);
                live_stream_tell(turn->live, stream, turn->items, turn->n_items, NULL, turn->arena);
        }
}

/* ---- what is new ---- */

static void reset_all(LivePrincipal *principal, const LiveMask *shown)
{
        for (LiveStream *stream = principal->streams; stream; stream = stream->peer) {
                LiveMask both = mask_and(&stream->wanted, shown);
                stream->reset |= mask_any(&both);
        }
}

static void collect(LiveTurn *turn, uint64_t head)
{
        LivePrincipal *principal = turn->principal;
        const Live *live = turn->live;

        live_items(turn, head - principal->cursor);
        for (uint64_t i = principal->cursor; i < head; i++) {
                const LiveEvent *event = &live->log[i % LIVE_LOG];
                if (mask_has(&principal->interest, event->module))
                        live_item_add(turn, event, i);
        }
}

/* Services that could not say who sees what hold their positions back; once they answer, whoever shows their
 * modules begins anew. */
static void settle_owed(LiveTurn *turn, const LiveMask *failed)
{
        LivePrincipal *principal = turn->principal;
        LiveMask paid = {};

        for (unsigned i = 0; i < turn->live->n_modules; i++)
                if (mask_has(&principal->owed, i) && !mask_has(failed, i) && live_see_module(turn, i))
                        mask_add(&paid, i);
        reset_all(principal, &paid);
        for (unsigned i = 0; i < LIVE_MODULES / 64; i++)
                principal->owed.bits[i] = (principal->owed.bits[i] & ~paid.bits[i]) | failed->bits[i];
        if (mask_any(&principal->owed))
                live_due(turn->live, principal, PAUSE_US);
}

static void advance(LiveTurn *turn, const int64_t at[static LIVE_SERVICES])
{
        LivePrincipal *principal = turn->principal;

        for (unsigned s = 0; s < turn->live->n_services; s++) {
                bool owed = false;
                for (unsigned i = 0; i < turn->live->n_modules; i++)
                        owed |= turn->live->service_of[i] == s && mask_has(&principal->owed, i);
                if (!owed)
                        principal->at[s] = at[s];
        }
}

static void tell_all(LiveTurn *turn)
{
        LivePrincipal *principal = turn->principal;

        for (LiveStream *stream = principal->streams, *next; stream; stream = next) {
                next = stream->peer;
                if (stream->reset && !stream->lags_since)
                        live_stream_reset(turn->live, stream, turn->arena);
                else if (!stream->resume.arena)
                        live_stream_tell(
                                turn->live, stream, turn->items, turn->n_items, principal->at, turn->arena);
        }
}

static void tell_new(LiveTurn *turn)
{
        LivePrincipal *principal = turn->principal;
        Live *live = turn->live;
        uint64_t head = live->head;
        int64_t at[LIVE_SERVICES];

        for (unsigned i = 0; i < live->n_services; i++)
                at[i] = live->services[i].at;
        principal->cut_at = clock_monotonic();
        if (head - principal->cursor > LIVE_LOG) {
                principal->cursor = head;
                reset_all(principal, &principal->interest);
        }
        collect(turn, head);
        principal->cursor = head;
        LiveMask failed = live_see(turn);
        live_items_told(turn, &failed);
        settle_owed(turn, &failed);
        advance(turn, at);
        tell_all(turn);
}

void live_batch(Live *live, LivePrincipal *principal, Arena *arena)
{
        LiveTurn turn = {.live = live, .principal = principal, .arena = arena};

        check_sessions(&turn);
        check_rights(&turn);
        resume_streams(&turn);
        if (principal->streams)
                tell_new(&turn);
}
