/* The log of accesses: owns the records of identity.access, which the system alone makes. No password, code
 * or token ever gets here; of what was typed for an e-mail only what is one is kept, since people type their
 * password there too. */
#include <string.h>

#include "base/text.h"
#include "entity/hooks.h"
#include "entity/record.h"
#include "identity.h"

char *client_text(Req *rq, const char *text, unsigned max)
{
        Str in = str_trim(str_of(text));
        char *out = arena_strndup(rq->arena, in.p ? in.p : "", in.len);
        bool valid = utf8_valid(in);

        for (char *p = out; *p; p++) {
                uint8_t c = (uint8_t)*p;
                if (c < 0x20 || c == 0x7f || (c >= 0x80 && !valid))
                        *p = c < 0x20 ? ' ' : '?';
        }
        return out[0] ? utf8_cut(rq->arena, str_of(out), max) : NULL;
}

void access_log(Req *rq, const AccessEntry *entry)
{
        Access *record = (Access *)record_new(rq->arena, &access_meta);
        char *email;

        record->event = (char *)entry->event;
        record->method = (char *)entry->method;
        if (email_normalise(rq->arena, str_of(entry->email), &email) == 0)
                record->email = email;
        record->address = client_text(rq, entry->address, CLIENT_ADDRESS_MAX);
        record->device = client_text(rq, entry->device, CLIENT_DEVICE_MAX);
        if (entry->person) {
                record_set_uuid(rq->arena, &record->person, &record->has_person, entry->person);
                record_set_uuid(rq->arena, &record->owner, &record->has_owner, entry->person);
        }
        (void)system_create(rq, "access", &record->base);
}

void access_log_refused(Req *rq, const Guess *guess, const AccessEntry *entry)
{
        AccessEntry said = *entry;

        said.event = "refused";
        access_log(rq, &said);
        if (!guess_locks(guess))
                return;
        said.event = "locked";
        access_log(rq, &said);
}

/* It has no rules: nobody but the system writes it. */
const EntityHooks access_hooks = {};
