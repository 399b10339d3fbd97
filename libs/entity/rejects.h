#pragma once

#include "base/meta.h"

/* The columns that a file of rejected rows has beside the rows' own. An import passes over them, so that the
 * file can be mended and imported as it is. */

typedef enum RejectColumn { REJECT_LINE, REJECT_FIELD, REJECT_REASON, REJECT_COLUMNS } RejectColumn;

extern const Label2 reject_labels[REJECT_COLUMNS];
/* Is it one of them, in either language? */
bool reject_header(Str header);
