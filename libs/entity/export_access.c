/* What somebody was allowed when a file was made, so that it is not given out under other rights. */
#include <sodium.h>
#include <string.h>

#include "entity/access.h"
#include "entity/export.h"

typedef crypto_generichash_state Hash;

static void put(Hash *hash, const void *data, size_t len)
{
        (void)crypto_generichash_update(hash, data, len);
}

static void put_text(Hash *hash, const char *text)
{
        put(hash, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void put_owners(Hash *hash, const Uuid *owners, unsigned n)
{
        put(hash, &n, sizeof n);
        put(hash, owners, n * sizeof *owners);
}

/* By name: a field that is added later changes nothing. */
static void put_fields(Hash *hash, const Field *const *fields, const uint8_t *withheld, unsigned n)
{
        for (unsigned i = 0; i < n; i++)
                if (withheld[i] & ACCESS_ON_VIEW)
                        put_text(hash, fields[i]->name);
        put(hash, "", 1);
}

static void put_access(Hash *hash, const ModuleAccess *access)
{
        uint32_t rights = access->rights & (ACCESS_SEE | ACCESS_EXPORT);

        put(hash, &rights, sizeof rights);
        put(hash, &access->see_all, sizeof access->see_all);
        put_owners(hash, access->see, access->n_see);
        for (unsigned i = 0; i < access->n_rules; i++) {
                const AccessRule *rule = &access->rules[i];
                put(hash, &rule->rule->id, sizeof rule->rule->id);
                put_text(hash, rule->rule->filter);
                put(hash, &rule->everybody, sizeof rule->everybody);
                put_owners(hash, rule->owners, rule->n);
        }
        put_fields(hash, access->module->columns, access->columns, access->module->n_columns);
        put_fields(hash, access->module->custom, access->custom, access->module->n_custom);
}

void export_access(Req *rq, const ModuleRuntime *module, uint8_t ret[static EXPORT_ACCESS])
{
        const ModuleAccess *access = principal_access(rq, module);
        Hash hash;

        (void)crypto_generichash_init(&hash, NULL, 0, EXPORT_ACCESS);
        if (access)
                put_access(&hash, access);
        (void)crypto_generichash_final(&hash, ret, EXPORT_ACCESS);
}
