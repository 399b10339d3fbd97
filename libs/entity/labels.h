#pragma once

#include "entity/req.h"

/* The texts beside ids and codes: labels of referenced records (from ref_label, through a small cache of two seconds)
 * and names of cities. Fills `labels` of every record. */
void labels_fill(Req *rq, const Module *module, ProtobufCMessage *const *records, unsigned n);
void labels_done(Entity *entity);
