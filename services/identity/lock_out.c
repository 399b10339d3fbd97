/* Guessing: owns table guess, which counts tries by account and by address, in PostgreSQL, so that it holds
 * over all replicas. A try is counted before it is looked at; what proves right is taken back.
 *
 * An account (whether it exists or not): five tries at once; after the fifth and each further failure it
 * waits 2, 4, 8… seconds, at most 15 minutes, and starts anew after 15 minutes of quiet. An address (of IPv6
 * its network of 64 bits): fifty failures in 15 minutes; then it waits until these are over. */
#include <arpa/inet.h>
#include <sodium.h>
#include <string.h>

#include "identity.h"
#include "own.h"

#define ACCOUNT_TRIES 5  /* as in sql_account */
#define ADDRESS_TRIES 50 /* as in sql_address */

static const char sql_account[] =
        "INSERT INTO guess AS g (id, tries, since, wait_until) VALUES ($1, 1, now(), now()) "
        "ON CONFLICT (id) DO UPDATE SET "
        "tries = CASE WHEN g.wait_until < now() - interval '15 min' THEN 1 ELSE g.tries + 1 END, "
        "since = CASE WHEN g.wait_until < now() - interval '15 min' THEN now() ELSE g.since END, "
        "wait_until = now() + CASE WHEN g.wait_until < now() - interval '15 min' OR g.tries + 1 < 5 "
        "THEN interval '0' ELSE least(2 ^ least(g.tries - 3, 10), 900) * interval '1 s' END "
        "WHERE g.wait_until <= now() RETURNING tries, wait_until";

static const char sql_address[] =
        "INSERT INTO guess AS g (id, tries, since, wait_until) VALUES ($1, 1, now(), now()) "
        "ON CONFLICT (id) DO UPDATE SET "
        "tries = CASE WHEN g.since < now() - interval '15 min' THEN 1 ELSE g.tries + 1 END, "
        "since = CASE WHEN g.since < now() - interval '15 min' THEN now() ELSE g.since END, "
        "wait_until = CASE WHEN g.since >= now() - interval '15 min' AND g.tries + 1 >= 50 "
        "THEN g.since + interval '15 min' ELSE now() END "
        "WHERE g.wait_until <= now() RETURNING tries, wait_until";

static Uuid id_of(const char *kind, Str what)
{
        crypto_hash_sha256_state state;
        uint8_t hash[crypto_hash_sha256_BYTES];

        (void)crypto_hash_sha256_init(&state);
        (void)crypto_hash_sha256_update(&state, (const uint8_t *)kind, strlen(kind) + 1);
        (void)crypto_hash_sha256_update(&state, (const uint8_t *)what.p, what.len);
        (void)crypto_hash_sha256_final(&state, hash);
        return own_id(hash);
}

static Uuid id_of_address(const char *address)
{
        uint8_t bytes[16];

        if (inet_pton(AF_INET6, address, bytes) == 1)
                return id_of("network", (Str){(const char *)bytes, 8});
        return id_of("address", str_of(address));
}

/* ---- refusing ---- */

/* The seconds that the longest of these waits still has; 0 = none waits. */
static int64_t seconds_left(Req *rq, const Guess *guess)
{
        static const char sql[] =
                "SELECT ceil(extract(epoch FROM max(wait_until) - now()))::bigint FROM guess "
                "WHERE id = ANY($1) AND wait_until > now()";
        const Uuid ids[] = {guess->account.id, guess->address.id};
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid_array(args, ids, 2);
        const PgRows *rows = own_read(rq, sql, args);
        return pg_rows(rows) > 0 && !pg_null(rows, 0, 0) ? pg_int(rows, 0, 0) : 0;
}

static _Noreturn void refuse(Req *rq, int64_t seconds)
{
        req_fail(rq, RATE_LIMIT, NULL, req_printf(rq, "%lld", (long long)(seconds > 1 ? seconds : 1)));
}

/* ---- tickets: one row each, so that sets of several requests never lock two in different orders ---- */

/* False: it has to wait. */
static bool ticket_take(Req *rq, const char *sql, GuessTicket *ticket)
{
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid(args, &ticket->id);
        const PgRows *rows = own_write(rq, sql, args, "guess", &ticket->id);
        if (pg_rows(rows) == 0)
                return false;
        ticket->taken = true;
        ticket->tries = pg_int(rows, 0, 0);
        ticket->wait_until = pg_timestamptz(rows, 0, 1);
        return true;
}

/* As if it had not been. A wait that a later try has made stays, unless fewer failures than `tries` remain.
 */
static void ticket_return(Req *rq, const GuessTicket *ticket, unsigned tries)
{
        static const char sql[] = "UPDATE guess SET tries = greatest(tries - 1, 0), "
                                  "wait_until = CASE WHEN wait_until = $2 OR tries - 1 < $3 THEN now() "
                                  "ELSE wait_until END WHERE id = $1";
        PgArgs *args = pg_args(rq->arena);

        if (!ticket->taken)
                return;
        (void)pg_arg_uuid(args, &ticket->id);
        (void)pg_arg_timestamptz(args, ticket->wait_until);
        (void)pg_arg_int8(args, tries);
        (void)own_write(rq, sql, args, "guess", &ticket->id);
}

Guess guess_begin(Req *rq, const char *account, const char *address)
{
        bool by_address = address && address[0];
        Guess guess = {.account.id = account ? id_of("account", str_of(account)) : (Uuid){},
                .address.id = by_address ? id_of_address(address) : (Uuid){}};
        int64_t wait = seconds_left(rq, &guess); /* a flood of refused tries writes nothing */

        if (wait > 0)
                refuse(rq, wait);
        if (by_address && !ticket_take(rq, sql_address, &guess.address))
                refuse(rq, seconds_left(rq, &guess));
        if (account && !ticket_take(rq, sql_account, &guess.account)) {
                ticket_return(rq, &guess.address, ADDRESS_TRIES);
                refuse(rq, seconds_left(rq, &guess));
        }
        return guess;
}

bool guess_locks(const Guess *guess)
{
        return (guess->account.taken && guess->account.tries == ACCOUNT_TRIES) ||
               (guess->address.taken && guess->address.tries == ADDRESS_TRIES);
}

void guess_right(Req *rq, const Guess *guess)
{
        static const char sql[] = "DELETE FROM guess WHERE id = $1";
        PgArgs *args = pg_args(rq->arena);

        ticket_return(rq, &guess->address, ADDRESS_TRIES);
        if (!guess->account.taken)
                return;
        (void)pg_arg_uuid(args, &guess->account.id);
        (void)own_write(rq, sql, args, "guess", &guess->account.id);
}

void guess_undo(Req *rq, const Guess *guess)
{
        ticket_return(rq, &guess->address, ADDRESS_TRIES);
        ticket_return(rq, &guess->account, ACCOUNT_TRIES);
}
