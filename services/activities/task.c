/* A task has no rules of its own. */
#include "entity/hooks.h"

const EntityHooks task_hooks = {};
