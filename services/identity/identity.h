#pragma once

#include "entity/req.h"
#include "identity.cauce.h"

/* ---- passwords (password.c) ---- */

/* Notes at `field` what is wrong with a new password of this person: 10 to 1024 characters, not the e-mail or
 * the name, not one of the most common. NULL = unknown. The caller goes on with req_check. */
void password_check(Req *rq, const char *field, const char *password, const char *email, const char *name);
/* libsodium's argon2id text of a password, on a helper thread (it takes some hundredths of a second). Ends
 * the request when memory is short. */
const char *password_hash(Req *rq, const char *password);
/* False for a wrong password, and for a NULL hash after the same time. */
bool password_verify(Req *rq, const char *hash, const char *password);
/* Two are worked on at a time and a few wait: false = another would wait too long. Asked before either of the
 * above, in the same turn. */
bool password_room(const Req *rq);
/* The same, ending the request with BUSY; `guess`, if any, is undone. */
struct Guess;
void password_need_room(Req *rq, const struct Guess *guess);
/* The stored text of a person's password, in the arena; NULL = none. */
const char *password_of(Req *rq, const Uuid *person);
/* The password from now on; unchecked. With `former`, only while that text is the one in force: false = it is
 * not. */
bool password_set(Req *rq, const Uuid *person, const char *password, const char *former);
/* After a right one: stores it anew when it was hashed with less work than today's. */
struct Person;
void password_refresh(Req *rq, const struct Person *person, const char *password);

/* ---- people who sign in (person.c) ---- */

typedef struct Person {
        Uuid id;
        const char *name, *email, *password_hash; /* hash: NULL = none */
} Person;

/* Active people alone: inactive and deleted ones are not found. `email` in lower case, as email_normalise
 * gives it. */
bool active_by_email(Req *rq, const char *email, Person *ret);
bool active_by_id(Req *rq, const Uuid *id, Person *ret);
/* The person who asks by a session. Ends the request with SIGN_IN for nobody, with FORBIDDEN_KEY for a key.
 */
Person person_asking(Req *rq);

/* ---- sessions (session.c) ---- */

/* Signs the person in: makes the record of the session and its token, writes the access log. `method` is a
 * key of access_method. The token is new, 256 bits as base64url, in the arena; only its hash is stored. */
Session *session_begin(Req *rq, const Uuid *person, const char *method, const char *address,
        const char *device, char **ret_token);
/* Revokes the sessions of a person, `but` one (NULL = every one): their number. Each stands in the log. */
int64_t sessions_end(Req *rq, const Uuid *person, const Uuid *but);
/* How long one lives without being used. */
int64_t session_idle_us(const Req *rq);
/* Removes expired ones once an hour, in a task of its own. */
void sessions_sweep_start(Entity *entity);
/* What stands for a token that was given out once: its SHA-256. */
#define TOKEN_HASH 32
void token_hash(const char *token, uint8_t ret[static TOKEN_HASH]);
/* 256 random bits as base64url, in the arena. */
char *token_new(Req *rq);

/* ---- guessing (lock_out.c) ---- */

/* A try that may be wrong: counted before it is looked at, so that a hundred at once are no more than the
 * policy allows. Ends the request with RATE_LIMIT and the seconds to wait, whether there is such an account
 * or not. `account` NULL counts the address alone, `address` NULL or empty the account alone. */
typedef struct GuessTicket {
        Uuid id;
        bool taken;
        int64_t tries, wait_until; /* as it left them */
} GuessTicket;
typedef struct Guess {
        GuessTicket account, address;
} Guess;
Guess guess_begin(Req *rq, const char *account, const char *address);
/* It was wrong. Tells whether this one locked the account or the address, for the access log. */
bool guess_locks(const Guess *guess);
/* It was right: the account starts anew, the address is given back this one try. */
void guess_right(Req *rq, const Guess *guess);
/* It was neither (no code was given, no room): the try is given back. */
void guess_undo(Req *rq, const Guess *guess);

/* ---- the access log (access_log.c) ---- */

typedef struct AccessEntry {
        const char *event;  /* key of access_event */
        const Uuid *person; /* NULL = nobody known */
        const char *email;  /* as it was tried, or the person's; what is no address is left out */
        const char *method; /* key of access_method; NULL = none */
        const char *address, *device;
} AccessEntry;
void access_log(Req *rq, const AccessEntry *entry);
#define CLIENT_ADDRESS_MAX 60
#define CLIENT_DEVICE_MAX  300
/* What a client says of itself as a record takes it: printable, at most `max` bytes; NULL = nothing. */
char *client_text(Req *rq, const char *text, unsigned max);
/* Both of what a wrong try says: refused, and locked when it locked. */
void access_log_refused(Req *rq, const Guess *guess, const AccessEntry *entry);

/* ---- records made by the system (system.c) ---- */

/* entity_create, entity_update, entity_load and entity_delete as the system, whatever the asking person may
 * do; the actor stays who asks. */
ProtobufCMessage *system_create(Req *rq, const char *module, ProtobufCMessage *record);
ProtobufCMessage *system_update(
        Req *rq, const char *module, const ProtobufCMessage *before, ProtobufCMessage *after);
ProtobufCMessage *system_load(Req *rq, const char *module, const Uuid *id);
/* As it was before; NULL: it was gone already. */
const ProtobufCMessage *system_delete(Req *rq, const char *module, const Uuid *id);

/* ---- the second factor (totp.c) ---- */

typedef enum FactorResult { FACTOR_NONE, FACTOR_RIGHT, FACTOR_WRONG, FACTOR_MISSING } FactorResult;

/* `code` NULL or empty: MISSING where the person has set a factor up, NONE where not. A right code is used
 * up. */
FactorResult factor_check(Req *rq, const Uuid *person, const char *code);
/* The person has set one up. */
bool factor_exists(Req *rq, const Uuid *person);

/* ---- keys (api_key.c) ---- */

/* Who a key's secret stands for; NULL = no such key, expired, or its person is inactive or gone. Id of the
 * session = of the key. */
Session *api_key_session(Req *rq, const uint8_t hash[static TOKEN_HASH]);
