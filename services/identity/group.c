/* A group has no rules of its own; its members have (member.c). */
#include "people.h"

const EntityHooks group_hooks = {};
