/* Do the related records exist? One statement for all of a change. */
#include "entity/references.h"
#include "entity/owner.h"

void references_add(References *references, const Field *field, const Uuid *id)
{
        /* Who is signed in exists, even before its copy has arrived. */
        bool self = field->ref && streq(field->ref, "identity.user") &&
                    uuid_compare(id, &references->rq->context.user) == 0;

        /* And so does whom the system itself says, in a field that nobody else writes. */
        bool known = references->rq->system && field->flags & FIELD_READ_ONLY;

        if (self || known || !field->ref || references->n == REFERENCES_MAX)
                return;
        references->fields[references->n] = field;
        references->ids[references->n++] = *id;
}

static PgRows *existing(References *references)
{
        Req *rq = references->rq;
        StrBuf sql = {.arena = rq->arena};
        PgArgs *args = pg_args(rq->arena);
        PgRows *rows;

        (void)pg_arg_uuid_array(args, references->ids, references->n);
        strbuf_puts(&sql, "SELECT module, id FROM ref_label WHERE id = ANY($1) AND NOT deleted");
        for (unsigned i = 0; cauce_modules[i]; i++)
                if (streq(cauce_modules[i]->service, rq->entity->service_name))
                        strbuf_printf(&sql,
                                " UNION ALL SELECT '%s', id FROM %s WHERE id = ANY($1) AND deleted_at IS NULL",
                                cauce_modules[i]->key, cauce_modules[i]->table);
        req_pg(rq, pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql.p, args}, 1, rq->deadline, &rows));
        return rows;
}

static bool found(const PgRows *rows, const char *module, const Uuid *id)
{
        for (int row = 0; row < pg_rows(rows); row++) {
                Uuid have = pg_uuid(rows, row, 1);
                if (uuid_compare(&have, id) == 0 && str_is(pg_text(rows, row, 0), module))
                        return true;
        }
        return false;
}

/* The copy may be a moment behind. */
static bool owner_has(Req *rq, const char *module, const Uuid *id)
{
        const char *label;
        int r = owner_label(rq, module, id, &label);

        if (r == OWNER_AWAY)
                req_fail(rq, UNAVAILABLE, NULL, NULL);
        return r == 0;
}

void references_check(References *references)
{
        if (references->n == 0)
                return;
        const PgRows *rows = existing(references);
        for (unsigned i = 0; i < references->n; i++)
                if (!found(rows, references->fields[i]->ref, &references->ids[i]) &&
                        (owner_is_self(references->rq, references->fields[i]->ref) ||
                                !owner_has(references->rq, references->fields[i]->ref, &references->ids[i])))
                        req_note(references->rq, REFERENCE,
                                req_printf(references->rq, "/%s", references->fields[i]->name), NULL);
}
