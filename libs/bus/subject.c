/* Matches subjects. */

#include <string.h>

#include "bus/subject.h"

bool subject_valid(const char *subject)
{
        unsigned len = 0;
        for (; subject[len]; len++)
                if (len == SUBJECT_MAX || (unsigned char)subject[len] <= ' ' || subject[len] == 0x7f)
                        return false;
        return len > 0;
}

bool subject_matches(const char *pattern, const char *subject)
{
        while (*pattern && *subject) {
                if (*pattern == '>')
                        return true;
                if (*pattern == '*') {
                        pattern++;
                        subject += strcspn(subject, ".");
                } else if (*pattern++ != *subject++) {
                        return false;
                }
        }
        return *pattern == *subject;
}

bool subjects_overlap(const char *a, const char *b)
{
        while (*a && *b) {
                size_t a_len = strcspn(a, "."), b_len = strcspn(b, ".");
                if (*a == '>' || *b == '>')
                        return true;
                if (*a != '*' && *b != '*' && (a_len != b_len || memcmp(a, b, a_len) != 0))
                        return false;
                a += a_len;
                b += b_len;
                if (*a != *b)
                        return false;
                a += *a == '.';
                b += *b == '.';
        }
        return *a == *b;
}
