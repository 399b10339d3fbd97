/* May the records be related to? Reads those of this service from their tables, foreign ones from their
 * copies, in one statement for all; asks owners about what a copy does not know yet, and about who sees what.
 */
#include <string.h>

#include "entity.pb-c.h"
#include "entity/access.h"
#include "entity/owner.h"
#include "entity/principals.h"
#include "entity/references.h"

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

int references_read(Req *rq, const Uuid *ids, unsigned n, PgRows **ret)
{
        StrBuf sql = {.arena = rq->arena};
        PgArgs *args = pg_args(rq->arena);

        (void)pg_arg_uuid_array(args, ids, n);
        strbuf_puts(&sql, "SELECT module, id, label, deleted FROM ref_label WHERE id = ANY($1)");
        for (unsigned i = 0; cauce_modules[i]; i++)
                if (streq(cauce_modules[i]->service, rq->entity->service_name))
                        strbuf_printf(&sql,
                                " UNION ALL SELECT '%s', id, label, deleted_at IS NOT NULL FROM %s "
                                "WHERE id = ANY($1)",
                                cauce_modules[i]->key, cauce_modules[i]->table);
        return pg_read(rq->entity->pg, rq->arena, &(PgStmt){sql.p, args}, 1, rq->deadline, ret);
}

/* ---- does it exist ---- */

static bool found(const PgRows *rows, const char *module, const Uuid *id)
{
        for (int row = 0; row < pg_rows(rows); row++) {
                Uuid have = pg_uuid(rows, row, REFERRED_ID);
                if (uuid_compare(&have, id) == 0 && str_is(pg_text(rows, row, REFERRED_MODULE), module) &&
                        !pg_bool(rows, row, REFERRED_DELETED))
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

/* ---- is it seen ---- */

/* What the organisation shows to everybody may be related to without looking. */
static bool must_be_seen(Req *rq, const char *module)
{
        const Principal *principal = principal_of(rq);
        const Module *meta = module_by_key(module);

        return principal && meta && principal_default(principal->authz, meta) == MODULE_PRIVATE;
}

static void ask_visible(
        Req *rq, const char *module, const Cauce__VisibleRequest *in, Cauce__VisibleReply *ret)
{
        if (!owner_is_self(rq, module)) {
                if (owner_visible(rq, module, in, ret) != 0)
                        req_fail(rq, UNAVAILABLE, NULL, NULL);
                return;
        }
        const ModuleRuntime *own = runtime_module(rq->entity, str_of(module_by_key(module)->name));
        if (own)
                access_visible(rq, own, in, ret);
}

static bool answered(const Cauce__VisibleReply *reply, const Uuid *id)
{
        for (size_t i = 0; i < reply->n_ids; i++)
                if (reply->ids[i].len == sizeof *id && memcmp(reply->ids[i].data, id, sizeof *id) == 0)
                        return true;
        return false;
}

/* All references to one module, `good` ones that are not seen become bad. */
static void check_seen(References *references, const char *module, bool *good)
{
        Req *rq = references->rq;
        Cauce__VisibleRequest in = CAUCE__VISIBLE_REQUEST__INIT;
        Cauce__VisibleReply reply = CAUCE__VISIBLE_REPLY__INIT;

        in.ids = arena_array(rq->arena, references->n, sizeof *in.ids);
        for (unsigned i = 0; i < references->n; i++)
                if (good[i] && streq(references->fields[i]->ref, module))
                        in.ids[in.n_ids++] =
                                (ProtobufCBinaryData){sizeof(Uuid), (uint8_t *)references->ids[i].b};
        if (in.n_ids > 0)
                ask_visible(rq, module, &in, &reply);
        for (unsigned i = 0; i < references->n; i++)
                if (streq(references->fields[i]->ref, module))
                        good[i] = good[i] && answered(&reply, &references->ids[i]);
}

static bool first_of_module(const References *references, unsigned i)
{
        for (unsigned j = 0; j < i; j++)
                if (streq(references->fields[j]->ref, references->fields[i]->ref))
                        return false;
        return true;
}

void references_check(References *references)
{
        Req *rq = references->rq;
        bool good[REFERENCES_MAX];
        PgRows *rows;

        if (references->n == 0)
                return;
        req_pg(rq, references_read(rq, references->ids, references->n, &rows));
        for (unsigned i = 0; i < references->n; i++) {
                const char *module = references->fields[i]->ref;
                good[i] = found(rows, module, &references->ids[i]) ||
                          (!owner_is_self(rq, module) && owner_has(rq, module, &references->ids[i]));
        }
        for (unsigned i = 0; i < references->n; i++)
                if (first_of_module(references, i) && must_be_seen(rq, references->fields[i]->ref))
                        check_seen(references, references->fields[i]->ref, good);
        for (unsigned i = 0; i < references->n; i++)
                if (!good[i])
                        req_note(rq, REFERENCE, req_printf(rq, "/%s", references->fields[i]->name), NULL);
}
