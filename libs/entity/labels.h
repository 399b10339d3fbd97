#pragma once

#include "entity/req.h"

/* The texts beside ids and codes: labels of referenced records (from ref_label, through a small cache of two
 * seconds) and names of cities. Fills `labels` of every record. */
void labels_fill(Req *rq, const Module *module, ProtobufCMessage *const *records, unsigned n);
/* Labels of some records of one module, NULL where there is none. */
void labels_of(Req *rq, const char *module, const Uuid *ids, unsigned n, const char **ret);
void labels_done(Entity *entity);
