#pragma once

#include "base/str.h"

/* Takes the next statement off a script, without its ';' and the white space around; quotes, dollar quotes
 * and comments are passed over as PostgreSQL reads them. false = there is none left. Private to libs/pg. */
bool pgscript_next(Str *script, Str *ret);
