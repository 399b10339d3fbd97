#pragma once

#include "base/str.h"

/* The path of a target, percent-decoded, without dot segments, in the arena. -EINVAL: bad percent-encoding,
 * control bytes, an encoded slash, bytes that are not UTF-8, or no '/' in front. */
int uri_path(Arena *arena, Str raw, Str *ret);
