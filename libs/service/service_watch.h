#pragma once

#include "entity/req.h"

/* The task that logs what goes wrong with events, until entity->stopping. 0 or a negative errno. Private to
 * libs/service. */
int service_watch(Entity *entity);
