#pragma once

#include "identity.h"

/* Nobody has a password yet, and the configuration names no administrator. */
bool set_up_open(Req *rq);
/* A step of the start: makes the code and tells it, where it is needed. `arg` is not looked at. */
void set_up_begin(Req *rq, void *arg);
