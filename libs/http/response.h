#pragma once

#include "http/connection.h"

/* Writes the head of the answer. `len` < 0: chunked. False: the client is gone and nothing need be sent. */
bool response_begin(Request *request, int status, const char *content_type, int64_t len, StrBuf *ret);
