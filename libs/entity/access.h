#pragma once

#include "entity/principal.h"

/* The checks that handlers and verbs make (ACCESS.md). The system passes them all. */

/* Ends the request with FORBIDDEN when the principal lacks the right on the module. */
void access_check(Req *rq, const ModuleRuntime *module, AccessRight right);
bool access_may(Req *rq, const ModuleRuntime *module, AccessRight right);
/* Ends the request with NOT_FOUND when the principal may not see the record, with FORBIDDEN when it may see
 * but not do `right` (SEE, CHANGE, DELETE, DUPLICATE) with it. */
void access_check_record(
        Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record, AccessRight right);
bool access_sees(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record);
/* Ends the request with ADMINISTRATORS unless a person who is one stands behind it. */
void access_administrator(Req *rq);

/* The predicate over a record's owner and assignee and its rules, by an access that was worked out. `change`:
 * may it be changed. The right to the module is not looked at. */
bool access_predicate(Req *rq, const ModuleAccess *access, const ProtobufCMessage *record, bool change);

/* ---- fields (access_fields.c) ---- */
/* May the principal view, give on creating, change this field, built-in or custom? */
bool access_field(Req *rq, const ModuleRuntime *module, const Field *field, AccessMoment moment);
/* Takes out of the record what may not be viewed; the label too, where it says it. */
void access_mask(Req *rq, const ModuleRuntime *module, ProtobufCMessage *record);
/* Notes FORBIDDEN_FIELD for every field that is set (on creating) or named in `changed` and withheld. */
void access_check_create(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record);
struct Cauce__UpdateRequest;
void access_check_change(Req *rq, const ModuleRuntime *module, const struct Cauce__UpdateRequest *update,
        const ProtobufCMessage *change);

/* ---- verbs (access_verbs.c) ---- */
struct Cauce__VisibleRequest;
struct Cauce__VisibleReply;
struct Cauce__ExplainRequest;
struct Cauce__ExplainReply;
void access_visible(Req *rq, const ModuleRuntime *module, const struct Cauce__VisibleRequest *in,
        struct Cauce__VisibleReply *ret);
void access_explain(Req *rq, const ModuleRuntime *module, const struct Cauce__ExplainRequest *in,
        struct Cauce__ExplainReply *ret);
