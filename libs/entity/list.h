#pragma once

#include "entity/runtime.h"

struct Cauce__ListRequest;
struct Cauce__ListReply;
struct Cauce__CountRequest;
struct Cauce__CountReply;

#define LIST_LIMIT_MAX     200
#define LIST_LIMIT_EXPORT  1000
#define LIST_LIMIT_DEFAULT 50
#define LIST_BYTES_MAX     ((size_t)2 << 20) /* a page whose records are larger ends earlier */
#define COUNT_CAP_DEFAULT  10000

/* A page of records in the order asked for; the reply lives in the request's arena. */
void entity_list(Req *rq, const ModuleRuntime *module, const struct Cauce__ListRequest *in,
        struct Cauce__ListReply *ret);
/* How many, up to a cap, or by the values of a picklist field; and the sum of a number of theirs. */
void entity_count(Req *rq, const ModuleRuntime *module, const struct Cauce__CountRequest *in,
        struct Cauce__CountReply *ret);
/* False: it filters, sorts or groups by a field that the principal may not view, and is refused like a view
 * that does not exist. */
bool list_view_usable(Req *rq, const ModuleRuntime *module, const View *view);
