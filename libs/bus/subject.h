#pragma once

#include <stdbool.h>

/* NATS subjects: tokens between dots; '*' stands for one token, '>' at the end for one or more. Private to
 * libs/bus. */

#define SUBJECT_MAX 255

/* Not empty, not longer than SUBJECT_MAX, no blanks or control characters. */
bool subject_valid(const char *subject);
bool subject_matches(const char *pattern, const char *subject);
/* Whether some subject matches both patterns. */
bool subjects_overlap(const char *a, const char *b);
