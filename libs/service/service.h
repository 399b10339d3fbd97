#pragma once

#include "entity/service_table.h"
#include "service/daemon.h"

/* A daemon with a schema and modules: PostgreSQL, NATS, the standard verbs, its own rpcs, relay, copies,
 * jobs. */

typedef struct ServiceOptions {
        const ServiceTable *table;
        const ConfigItem *config; /* of this service alone; values by service_config */
        unsigned n_config;
        /* After PostgreSQL is there and before requests are taken, in a task: first-run data. False = cannot
         * start. */
        bool (*prepare)(Entity *entity);
} ServiceOptions;

/* main() of a service: CAUCE_SERVICE(leads); or CAUCE_SERVICE(identity, .prepare = identity_prepare); */
#define CAUCE_SERVICE(id, ...)                                                                               \
        extern const ServiceTable id##_service;                                                              \
        int main(int argc, char **argv)                                                                      \
        {                                                                                                    \
                static const ServiceOptions options = {.table = &id##_service, __VA_ARGS__};                 \
                return service_main(argc, argv, &options);                                                   \
        }                                                                                                    \
        _Static_assert(1, "takes a semicolon")

int service_main(int argc, char **argv, const ServiceOptions *options);
/* The value of one of options->config, by name. */
const char *service_config(const Entity *entity, const char *name);
/* A key for one purpose, derived from the installation's secret: the same in every replica. */
#define SERVICE_KEY 32
void service_key(const Entity *entity, const char *purpose, uint8_t ret[static SERVICE_KEY]);
