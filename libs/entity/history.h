#pragma once

#include "entity/runtime.h"

struct Cauce__Event;
struct ModuleAccess;
struct Cauce__HistoryRequest;
struct Cauce__HistoryReply;

/* A record's events, the newest first, 50 a page. */
void entity_history(Req *rq, const ModuleRuntime *module, const Uuid *id,
        const struct Cauce__HistoryRequest *in, struct Cauce__HistoryReply *ret);

/* Takes out of an event what this access may not view. It stays, as one without changes when all of them are
 * withheld. */
void history_withhold(
        Req *rq, const ModuleRuntime *module, const struct ModuleAccess *access, struct Cauce__Event *event);
