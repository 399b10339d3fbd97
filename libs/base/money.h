#pragma once

#include <stdint.h>

/* Amounts are int64 minor units (cents); unit prices, quantities and rates are int64 × 10^-6. No float. */

#define MICRO INT64_C(1000000)

/* value × num / den in 128 bits, rounded half away from zero. -ERANGE when the result does not fit. */
int money_mul_div(int64_t value, int64_t num, int64_t den, int64_t *ret);
/* quantity × unit price (both × 10^-6) to minor units of a currency with `decimals` decimals, rounded once.
 */
int money_line(int64_t quantity, int64_t unit_price, unsigned decimals, int64_t *ret);
/* A rate (× 10^-6, 0.19 = 190000) of an amount, rounded once. */
int money_rate(int64_t amount, int64_t rate, int64_t *ret);
/* Decimals of an ISO 4217 code; 2 for one it does not know (COP 2, USD 2, CLP 0, PYG 0). */
unsigned currency_decimals(const char *code);
