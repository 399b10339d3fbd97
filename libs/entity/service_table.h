#pragma once

#include "base/meta.h"
#include "entity/hooks.h"

/* What one daemon answers, written by the plugin into build/gen/<service>.service.c as `const ServiceTable
 * <service>_service` (a '-' of the name becomes '_'): its modules with the rules that services/ defines for
 * them, the handlers of its rpcs behind typed wrappers (a wrong prototype does not compile), and the foreign
 * modules that its fields refer to. */

typedef struct ServiceModule {
        const Module *module;
        const EntityHooks *hooks;
} ServiceModule;

typedef struct MethodHandler {
        const Method *method;
        void (*handle)(Req *rq, const ProtobufCMessage *in, ProtobufCMessage *ret);
} MethodHandler;

struct ServiceTable {
        const char *name; /* "leads": of the folder, the process and the subjects */
        unsigned n_modules;
        const ServiceModule *modules;
        unsigned n_methods;
        const MethodHandler *methods;
        unsigned n_references;
        const char *const *references; /* "identity.user": copies of their labels are kept */
};
