#pragma once

#include "entity/req.h"

/* Asks another service, over the bus, with the request's context and the rest of its time; parks until the
 * answer is there. The answer, of the method's reply type, lives in the arena. A refusal or a fault ends the
 * request with the same code. The typed calls of build/gen/<file>.client.c go through here. */
const void *req_call(Req *rq, const Method *method, const ProtobufCMessage *in);

/* The same with bytes: for the standard verbs. `writes` says what a lost answer means: "outcome unknown" or
 * "timeout". */
Str req_ask(Req *rq, const char *subject, Str in, bool writes);
/* Takes what another request ended with as the problems of this one. */
struct Cauce__Problem;
void req_told(Req *rq, const struct Cauce__Problem *problem);
/* Ends the request with the problem of a reply whose code is not 0. */
void req_refused(Req *rq, const BusReply *reply);
