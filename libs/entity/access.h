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
/* Is the record one of the rule's? */
bool access_rule_holds(
        Req *rq, const ModuleAccess *access, const AccessRule *rule, const ProtobufCMessage *record);

/* ---- fields (access_fields.c) ---- */
/* May the principal view, give on creating, change this field, built-in or custom? */
bool access_field(Req *rq, const ModuleRuntime *module, const Field *field, AccessMoment moment);
/* Takes out of the record what may not be viewed, its texts in `labels` too; where the label says it, it
 * becomes the module's name and the record's number. For what is answered: hooks, events and what is stored
 * get the whole record. Lists are made anew, so a shallow copy of the record stays whole. */
void access_mask(Req *rq, const ModuleRuntime *module, ProtobufCMessage *record);
/* Says what access_mask takes out, so that what was answered to others is not taken as current: a part of the
 * ETag. NULL = nothing. */
const char *access_mask_tag(Req *rq, const ModuleRuntime *module);
/* The same as access_mask by an access that was worked out, without a label in place of a withheld one: for
 * the images of events. */
void access_withhold(Arena *arena, const ModuleAccess *access, ProtobufCMessage *record);
/* The AccessMoment bits that are withheld of the field. */
unsigned access_withheld(const ModuleAccess *access, const Field *field);
/* Does the pointer ("/phone", "/custom/visits") name a field that may not be viewed? */
bool access_hides(const ModuleAccess *access, const char *pointer);
/* Notes FORBIDDEN_FIELD for every field that is set (on creating) or named in `changed` and withheld. From
 * then on problems of this request say nothing of fields that may not be viewed. */
void access_check_create(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record);
struct Cauce__UpdateRequest;
void access_check_change(Req *rq, const ModuleRuntime *module, const struct Cauce__UpdateRequest *update,
        const ProtobufCMessage *change);

/* ---- verbs (access_verbs.c) ---- */
struct Cauce__VisibleRequest;
struct Cauce__VisibleReply;
struct Cauce__ExplainRequest;
struct Cauce__ExplainReply;
/* Those of the records that are seen now, deleted ones included; sorted, in the arena. */
unsigned access_seen(Req *rq, const ModuleRuntime *module, const Uuid *ids, unsigned n_ids, const Uuid **ret);
void access_visible(Req *rq, const ModuleRuntime *module, const struct Cauce__VisibleRequest *in,
        struct Cauce__VisibleReply *ret);
void access_explain(Req *rq, const ModuleRuntime *module, const struct Cauce__ExplainRequest *in,
        struct Cauce__ExplainReply *ret);
/* The same of a record that was loaded, which whoever asks sees. */
void access_reasons(Req *rq, const ModuleRuntime *module, const ProtobufCMessage *record,
        const struct Cauce__ExplainRequest *in, struct Cauce__ExplainReply *ret);
