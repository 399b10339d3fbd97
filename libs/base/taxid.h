#pragma once

#include "base/str.h"

/* Identification numbers by the keys of the id_type picklist: "nit", "cc", "ce", "ti", "passport",
 * "foreign_nit", "rif". Dots, blanks and other separators are dropped, letters put in upper case. Codes:
 *
 *   nit          "800197268-4": 5 to 10 digits and the check digit, which is added when it is missing
 *   rif          "J-12345678-9": a letter of V E J P G C, eight digits, the check digit (added when missing)
 *   cc, ce, ti   digits: 3-10, 3-10, 10-11
 *   passport     5-12 letters and digits, at least one digit
 *   foreign_nit  4-20 letters and digits, at least one digit */
enum TaxIdOutcome { TAX_ID_WRONG_DIGIT = 1, TAX_ID_BAD_SHAPE };

/* 0 and the canonical text in the arena, or an outcome; with TAX_ID_WRONG_DIGIT the digit that it should be.
 * A type that is none of these, or NULL, takes what foreign_nit takes. */
int tax_id_normalise(Arena *arena, const char *type, Str in, char **ret, char *ret_expected_digit);
/* The check digit ('0'-'9') of a NIT's body: at most 15 digits, nothing else. */
char nit_check_digit(Str body);
