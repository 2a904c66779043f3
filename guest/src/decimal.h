/* Decimal numbers for the calculator: a 64-bit count of billionths would need libgcc, so a number has
 * a sign, an integer mantissa of up to nine digits, and the number of decimal places. */
#ifndef MOOF_DECIMAL_H
#define MOOF_DECIMAL_H

#include "types.h"

enum { DECIMAL_DIGITS = 9 };

typedef struct {
    bool negative, error;
    u32 mantissa;                           /* < 10^9 */
    u8 places;                              /* value = mantissa / 10^places, at most 9 */
} Decimal;

Decimal decimal_add(Decimal a, Decimal b);
Decimal decimal_subtract(Decimal a, Decimal b);
Decimal decimal_multiply(Decimal a, Decimal b);
Decimal decimal_divide(Decimal a, Decimal b);
Decimal decimal_negate(Decimal a);
void decimal_text(Decimal a, char *text);   /* up to 12 characters, or "Error" */

#endif
