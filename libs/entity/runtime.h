#pragma once

#include "entity/hooks.h"

/* Modules as they are in force: the generated tables overlaid with the installation's custom fields. A reload
 * makes a new generation; the former one lives on for a minute, longer than any request, and for as long as
 * somebody holds it. */

typedef struct ModuleRuntime {
        const Module *module;
        const EntityHooks *hooks;
        unsigned n_columns;
        const Field *const *columns; /* fields that are columns, by tag; the first is the id */
        unsigned n_custom;
        const Field *const *custom; /* by position */
        const char *const *custom_sections;
        const char *sql_select;    /* "id, version, …": all columns */
        const char *sql_get;       /* one parameter: uuid[] */
        const char *sql_create[3]; /* by OnceKind: see sql_write.h */
} ModuleRuntime;

struct Runtime {
        Arena *arena;
        int64_t version;
        int64_t made_at; /* monotonic */
        int64_t left_at; /* when it was replaced; 0 = it is in force */
        unsigned holds;
        unsigned n;
        const ModuleRuntime *modules;
        Runtime *former;
};

/* Reads custom_field and makes the generation in force. Call from a task. 0 or a pg code. */
int runtime_reload(Entity *entity);
void runtime_done(Entity *entity);
/* For work that takes longer than a request: the generation in force, and all that it points to, lives until
 * it is released. */
Runtime *runtime_hold(Entity *entity);
/* Accepts NULL. */
void runtime_release(Entity *entity, Runtime *runtime);

/* Of this service, by its name ("lead"); NULL = none. */
const ModuleRuntime *runtime_module(const Entity *entity, Str name);
/* "stage", or "custom.total_visits" for a custom field. NULL = none. */
const Field *runtime_field(const ModuleRuntime *module, Str name);
/* What runtime_field takes. */
const char *runtime_field_name(Arena *arena, const Field *field);

/* Adds a custom field; 422/409 problems name what is wrong. Other replicas are told. */
struct Cauce__CustomField;
void runtime_create_field(Req *rq, const ModuleRuntime *module, const struct Cauce__CustomField *field);
