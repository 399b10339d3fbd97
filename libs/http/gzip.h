#pragma once

#include "http/http.h"

/* Content-Encoding gzip: for whoever asks for it, of texts that are long enough to gain by it. */

/* Does Accept-Encoding take gzip (RFC 9110, 12.5.3)? */
bool gzip_accepted(Str accept_encoding);
/* Texts: JSON, CSV, HTML, script, style, SVG. */
bool gzip_worthwhile(const char *content_type, size_t len);

/* One stream for all answers of a server, since an answer is packed in one go. */
typedef struct Gzip Gzip;
Gzip *gzip_new(void);
Gzip *gzip_free(Gzip *gzip);
/* The packed text in the arena. */
Str gzip_pack(Gzip *gzip, Arena *arena, const void *data, size_t len);
