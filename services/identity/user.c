/* A user has no rules of its own yet. */
#include "entity/hooks.h"

const EntityHooks user_hooks = {};
