/* A prospect's rules: what a change implies, and who waits to be given to somebody. Nothing but one way to
 * name it is needed; the label falls back to the number (migrations/0001_lead.sql). */
#include "assign.h"
#include "entity.pb-c.h"
#include "entity/record.h"

/* Marking a contact says when and by whom, unless that was given. */
static void stamp_contact(Req *rq, protobuf_c_boolean contacted, protobuf_c_boolean *has_at, int64_t *at,
        protobuf_c_boolean *has_by, ProtobufCBinaryData *by)
{
        if (!contacted)
                return;
        if (!*has_at) {
                *has_at = true;
                *at = rq->now;
        }
        if (!*has_by && !uuid_is_nil(&rq->context.user))
                record_set_uuid(rq->arena, by, has_by, &rq->context.user);
}

/* Nobody's new lead waits for the assigner (assign.c); whom a person gives it to is not the assigner's
 * concern any more. */
static void mark_assignment(Req *rq, const Change *change, Lead *lead)
{
        bool asked = !change->import || change->import->assign;

        if (!change->before && !lead->has_assigned_to && asked && assign_wanted(rq))
                lead->assignment = (char *)"waiting";
        if (change->before && lead->assignment && change_has(rq, change, "assigned_to")) {
                lead->assignment = NULL;
                lead->has_assignment_rule = lead->has_assigned_group = false;
        }
}

static void lead_before_save(Req *rq, const Change *change)
{
        Lead *lead = (Lead *)change->after;

        if (!change->before && !lead->status)
                lead->status = (char *)"new";
        if (change_has(rq, change, "contacted_by_sales"))
                stamp_contact(rq, lead->contacted_by_sales, &lead->has_contacted_by_sales_at,
                        &lead->contacted_by_sales_at, &lead->has_contacted_by_sales_by,
                        &lead->contacted_by_sales_by);
        if (change_has(rq, change, "contacted_by_service"))
                stamp_contact(rq, lead->contacted_by_service, &lead->has_contacted_by_service_at,
                        &lead->contacted_by_service_at, &lead->has_contacted_by_service_by,
                        &lead->contacted_by_service_by);
        if (change_has(rq, change, "consent") && lead->consent && !lead->has_consent_at) {
                lead->has_consent_at = true;
                lead->consent_at = rq->now;
        }
        mark_assignment(rq, change, lead);
}

static void lead_after_save(Req *rq, const Change *change)
{
        const Lead *lead = (const Lead *)change->after;

        if (!change->before && lead->assignment)
                assign_poke(rq);
}

const EntityHooks lead_hooks = {.before_save = lead_before_save, .after_save = lead_after_save};
