/* rights: what the asking principal may do, module by module, of every service: what the gateway says of it
 * in /metadata. The rule is libs/entity's (ACCESS.md); here it is told. */
#include <string.h>

#include "entity/principals.h"
#include "entity/record.h"
#include "identity.h"

/* ---- a module of any service, as it is known here ---- */

static const Field **columns_of(Req *rq, const Module *module, unsigned *ret_n)
{
        const Field **columns = arena_array(rq->arena, module->message->n_fields + 1, sizeof *columns);

        *ret_n = 0;
        for (unsigned i = 0; i < module->message->n_fields; i++)
                if (store_of(module->message->fields[i].kind) != STORE_NONE)
                        columns[(*ret_n)++] = &module->message->fields[i];
        return columns;
}

/* "visits" of "leads.lead.custom.visits:change"; empty = not a custom field of the module. */
static Str custom_name(const Module *module, const char *denial)
{
        static const char mark[] = ".custom.";
        size_t skip = strlen(module->key);

        if (strncmp(denial, module->key, skip) != 0 || strncmp(denial + skip, mark, sizeof mark - 1) != 0)
                return (Str){};
        const char *name = denial + skip + sizeof mark - 1;
        return (Str){name, strcspn(name, ":")};
}

/* Custom fields are known to the module's own service: here those that the profile names. Its denials are
 * sorted, so what names the same field stands together. */
static const Field **custom_of(Req *rq, const AuthzProfile *profile, const Module *module, unsigned *ret_n)
{
        const Field **fields = NULL;

        *ret_n = 0;
        for (unsigned i = 0; profile && i < profile->n_denials; i++) {
                Str name = custom_name(module, profile->denials[i]);
                if (name.len == 0 || (*ret_n > 0 && str_is(name, fields[*ret_n - 1]->name)))
                        continue;
                if (!fields)
                        fields = arena_array(rq->arena, profile->n_denials, sizeof *fields);
                Field *field = arena_alloc(rq->arena, sizeof *field);
                *field = (Field){.name = arena_strndup(rq->arena, name.p, name.len), .flags = FIELD_CUSTOM};
                fields[(*ret_n)++] = field;
        }
        return fields;
}

static const ModuleRuntime *runtime_of(Req *rq, const Principal *principal, const Module *module)
{
        uint32_t profile = principal->authz->users[principal->user].profile;
        ModuleRuntime *runtime = arena_alloc(rq->arena, sizeof *runtime);

        runtime->module = module;
        runtime->columns = columns_of(rq, module, &runtime->n_columns);
        runtime->custom = custom_of(rq, profile == AUTHZ_NONE ? NULL : &principal->authz->profiles[profile],
                module, &runtime->n_custom);
        return runtime;
}

/* ---- telling it ---- */

/* The names of the fields that are withheld at that moment. */
static size_t names_of(Req *rq, const ModuleAccess *access, AccessMoment moment, char ***ret)
{
        const ModuleRuntime *module = access->module;
        char **names = arena_array(rq->arena, module->n_columns + module->n_custom + 1, sizeof *names);
        size_t n = 0;

        if (moment == ACCESS_ON_VIEW && access->label_withheld)
                names[n++] = (char *)"label";
        for (unsigned i = 0; i < module->n_columns; i++)
                if (access->columns[i] & moment)
                        names[n++] = (char *)module->columns[i]->name;
        for (unsigned i = 0; i < module->n_custom; i++)
                if (access->custom[i] & moment)
                        names[n++] = (char *)runtime_field_name(rq->arena, module->custom[i]);
        *ret = names;
        return n;
}

static ModuleRights *rights_of(Req *rq, const ModuleAccess *access)
{
        ModuleRights *rights = arena_alloc(rq->arena, sizeof *rights);

        *rights = (ModuleRights)MODULE_RIGHTS_INIT;
        rights->module = (char *)access->module->module->key;
        rights->rights = arena_array(rq->arena, ACCESS_RIGHTS, sizeof *rights->rights);
        for (unsigned bit = 0; bit < ACCESS_RIGHTS; bit++)
                if (access->rights & 1U << bit)
                        rights->rights[rights->n_rights++] = (char *)access_right_names[bit];
        if (!access->withholds)
                return rights;
        rights->n_hidden = names_of(rq, access, ACCESS_ON_VIEW, &rights->hidden);
        rights->n_no_create = names_of(rq, access, ACCESS_ON_CREATE, &rights->no_create);
        rights->n_no_change = names_of(rq, access, ACCESS_ON_CHANGE, &rights->no_change);
        return rights;
}

void identity_rights(Req *rq, const RightsRequest *in, RightsReply *ret)
{
        const Principal *principal = principal_of(rq);
        unsigned n = 0;

        (void)in;
        if (!principal)
                req_fail(rq, SIGN_IN, NULL, NULL);
        while (cauce_modules[n])
                n++;
        ret->modules = arena_array(rq->arena, n, sizeof *ret->modules);
        for (unsigned i = 0; i < n; i++) {
                ModuleAccess access;
                principal_rights_make(
                        rq->arena, principal, runtime_of(rq, principal, cauce_modules[i]), &access);
                if (access.rights)
                        ret->modules[ret->n_modules++] = rights_of(rq, &access);
        }
        ret->has_administrator = true;
        ret->administrator = principal->administrator && principal->key == AUTHZ_NONE;
}
