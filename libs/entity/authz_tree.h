#pragma once

#include "entity/authz.h"

/* Cuts the cycles and sets `first` and `end` of roles whose parents are set. */
void authz_number(Arena *scratch, AuthzRole *roles, unsigned n);
