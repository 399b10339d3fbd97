#pragma once

#include "base/str.h"

/* The one catalogue of what people read: a code has its HTTP status, its key on the wire and its text in
 * Spanish and English. messages.def is the source; a code without one of the texts does not compile. Texts
 * hold {0} {1} {2}. */

typedef enum Lang { LANG_ES, LANG_EN, LANG_MAX } Lang;

typedef enum MsgCode {
#define MESSAGE(code, status, key, es, en) MSG_##code,
#include "base/messages.def"
#undef MESSAGE
        MSG_MAX
} MsgCode;

int msg_status(MsgCode code);
const char *msg_key(MsgCode code);
/* The code of a key ("not_found"); MSG_MAX when unknown. */
MsgCode msg_code(const char *key);
/* The text with its arguments put in; args beyond n are empty. Result in the arena. */
char *msg_text(Arena *arena, Lang lang, MsgCode code, const char *const *args, unsigned n);
/* "es-CO,en;q=0.8" → the language to use; Spanish when nothing fits. */
Lang lang_negotiate(Str accept_language);
const char *lang_tag(Lang lang); /* "es", "en" */
