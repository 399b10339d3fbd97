#pragma once

#include "base/str.h"

/* Content-Disposition of an answer that is to be kept: "attachment; filename=…", with filename*=… where that
 * can't say it (RFC 6266, 8187). The name may be anybody's: of a path its last part is taken; what steers a
 * terminal, a text's direction or a header goes; it ends in .csv, .tsv or .txt, so that nothing runs it. */
char *disposition_of(Arena *arena, Str name);
/* The name that it gives, in UTF-8. */
Str disposition_name(Arena *arena, Str name);
