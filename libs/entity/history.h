#pragma once

#include "entity/runtime.h"

struct Cauce__HistoryRequest;
struct Cauce__HistoryReply;

/* A record's events, the newest first, 50 a page. */
void entity_history(Req *rq, const ModuleRuntime *module, const Uuid *id,
        const struct Cauce__HistoryRequest *in, struct Cauce__HistoryReply *ret);
