#pragma once

#include "base/meta.h"
#include "base/time.h"

/* Values as people read them, as cells of a CSV file (RFC 4180). */

typedef struct CellStyle {
        Lang lang;
        const Zone *zone;  /* of dates with a time */
        unsigned decimals; /* of amounts */
} CellStyle;

/* One cell, in quotes where it needs them. What a spreadsheet would take as a formula gets an apostrophe in
 * front; a plain number stays as it is. */
void cell_put(StrBuf *out, Str text);
/* A cell without the apostrophe that cell_put gave it: files of ours come back as they went. */
Str cell_undefused(Str text);

/* The text of a field, built-in or custom: labels of options and of what is referred to, times in the
 * company's zone. Empty when the record has none. */
Str cell_text(Arena *arena, const CellStyle *style, const ProtobufCMessage *record, const Field *field);
