#pragma once

#include "base/str.h"
#include "entity/entity.h"

/* /metrics of a daemon with modules, but for the durations of its requests. */
void service_metrics(const Entity *entity, StrBuf *out);
