/* Failures: SQLSTATE to outcome, and what pg_error and pg_constraint say to the task that was given one. The
 * last ones of all tasks stand in a ring, so that nothing is to be freed when a task ends. */
#include <stdio.h>
#include <string.h>

#include "pg/failure.h"
#include "pg/heap.h"

#define TOLD_MAX 128

typedef struct Told {
        const Task *task;
        char constraint[sizeof(((PgFailure *)NULL)->constraint)];
        char text[sizeof(((PgFailure *)NULL)->text)];
} Told;

static Told told[TOLD_MAX];
static unsigned told_next;

/* A SQLSTATE, or its class when `state` has two characters. The first that fits counts. */
static const struct {
        const char *state;
        int code;
        FailureKind kind;
} states[] = {
        {"23505", PG_E_UNIQUE, FAILURE_ROW},
        {"23P01", PG_E_UNIQUE, FAILURE_ROW},
        {"23503", PG_E_FOREIGN_KEY, FAILURE_ROW},
        {"23514", PG_E_CHECK, FAILURE_OWN},
        {"23502", PG_E_NOT_NULL, FAILURE_OWN},
        {"23", PG_E_CHECK, FAILURE_OWN},
        {"22", PG_E_DATA, FAILURE_OWN},
        {"55P03", PG_E_LOCKED, FAILURE_CONFLICT},
        {"40P01", PG_E_LOCKED, FAILURE_CONFLICT},
        {"40001", PG_E_SERIALIZATION, FAILURE_CONFLICT},
        {"57014", PG_E_TIMEOUT, FAILURE_OWN},
        {"26000", PG_FAULT, FAILURE_STALE_PLAN},
};

PgFailure *pgfailure_new(int code, const char *text)
{
        PgFailure *failure = heap_new(sizeof *failure);

        failure->refs = 1;
        failure->code = code;
        (void)snprintf(failure->text, sizeof failure->text, "%s", text);
        return failure;
}

static const char *field(const PGresult *error, int code)
{
        const char *text = PQresultErrorField(error, code);

        return text ? text : "";
}

/* "cached plan must not change result type": told by its origin, for the message is translated. */
static bool plan_is_stale(const PGresult *error, const char *state)
{
        return streq(state, "0A000") && streq(field(error, PG_DIAG_SOURCE_FUNCTION), "RevalidateCachedQuery");
}

PgFailure *pgfailure_of(const PGresult *error)
{
        const char *state = field(error, PG_DIAG_SQLSTATE);
        PgFailure *failure = pgfailure_new(PG_FAULT, "");

        for (unsigned i = 0; i < sizeof states / sizeof *states; i++)
                if (strncmp(state, states[i].state, strlen(states[i].state)) == 0) {
                        failure->code = states[i].code;
                        failure->kind = states[i].kind;
                        break;
                }
        if (plan_is_stale(error, state))
                failure->kind = FAILURE_STALE_PLAN;
        (void)snprintf(
                failure->constraint, sizeof failure->constraint, "%s", field(error, PG_DIAG_CONSTRAINT_NAME));
        (void)snprintf(
                failure->text, sizeof failure->text, "%s: %s", state, field(error, PG_DIAG_MESSAGE_PRIMARY));
        return failure;
}

PgFailure *pgfailure_ref(PgFailure *failure)
{
        failure->refs++;
        return failure;
}

PgFailure *pgfailure_unref(PgFailure *failure)
{
        if (failure && --failure->refs == 0)
                free(failure);
        return NULL;
}

int pgfailure_tell(PgFailure *failure)
{
        int code = failure->code;
        Told *mine = &told[told_next++ % TOLD_MAX];

        mine->task = task_self();
        memcpy(mine->constraint, failure->constraint, sizeof mine->constraint);
        memcpy(mine->text, failure->text, sizeof mine->text);
        *task_slot(TASK_SLOT_PG) = mine;
        pgfailure_unref(failure);
        return code;
}

/* NULL = it was told nothing, or so many others were since that it is forgotten. */
static const Told *told_to_me(void)
{
        const Told *mine = *task_slot(TASK_SLOT_PG);

        return mine && mine->task == task_self() ? mine : NULL;
}

const char *pg_constraint(void)
{
        const Told *mine = told_to_me();

        return mine ? mine->constraint : "";
}

const char *pg_error(void)
{
        const Told *mine = told_to_me();

        return mine ? mine->text : "";
}
