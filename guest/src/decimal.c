#include "decimal.h"

#include "text.h"

/* Intermediate results: 24 decimal digits, the least significant first. */
enum { DIGITS = 24 };
typedef struct { u8 digit[DIGITS]; } Digits;

static Digits digits_of(u32 value, u8 shift)
{
    Digits d = {{0}};
    for (u8 i = shift; i < DIGITS; i++, value /= 10)
        d.digit[i] = (u8)(value % 10);
    return d;
}

static s8 compare(const Digits *a, const Digits *b)
{
    for (s8 i = DIGITS - 1; i >= 0; i--)
        if (a->digit[i] != b->digit[i])
            return a->digit[i] < b->digit[i] ? -1 : 1;
    return 0;
}

static void add_to(Digits *a, const Digits *b, u8 shift)
{
    u8 carry = 0;
    for (u8 i = shift; i < DIGITS; i++) {
        u8 sum = (u8)(a->digit[i] + b->digit[i - shift] + carry);
        carry = sum >= 10;
        a->digit[i] = carry ? (u8)(sum - 10) : sum;
    }
}

static void subtract_from(Digits *a, const Digits *b)
{
    u8 borrow = 0;
    for (u8 i = 0; i < DIGITS; i++) {
        s8 rest = (s8)(a->digit[i] - b->digit[i] - borrow);
        borrow = rest < 0;
        a->digit[i] = (u8)(borrow ? rest + 10 : rest);
    }
}

static s8 highest(const Digits *d)
{
    s8 i = DIGITS - 1;
    while (i >= 0 && d->digit[i] == 0)
        i--;
    return i;
}

static void drop_lowest(Digits *d)
{
    for (u8 i = 0; i + 1 < DIGITS; i++)
        d->digit[i] = d->digit[i + 1];
    d->digit[DIGITS - 1] = 0;
}

/* Rounds to what a Decimal holds and drops trailing zeros. */
static Decimal normal(Digits d, u8 places, bool negative)
{
    static const Digits one = {{1}};
    Decimal result = {.negative = negative, .places = places};
    bool round_up = false;
    while (result.places > 0 && (highest(&d) >= DECIMAL_DIGITS || result.places > DECIMAL_DIGITS - 1)) {
        round_up = d.digit[0] >= 5;
        drop_lowest(&d);
        result.places--;
    }
    if (round_up)
        add_to(&d, &one, 0);
    while (result.places > 0 && d.digit[0] == 0) {
        drop_lowest(&d);
        result.places--;
    }
    result.error = highest(&d) >= DECIMAL_DIGITS;
    for (s8 i = DECIMAL_DIGITS - 1; i >= 0; i--)
        result.mantissa = result.mantissa * 10 + d.digit[i];
    if (!result.mantissa)
        result.negative = false;
    return result;
}

static Decimal failed(void)
{
    return (Decimal){.error = true};
}

Decimal decimal_negate(Decimal a)
{
    a.negative = a.mantissa && !a.negative;
    return a;
}

Decimal decimal_add(Decimal a, Decimal b)
{
    u8 places = a.places > b.places ? a.places : b.places;
    Digits x = digits_of(a.mantissa, (u8)(places - a.places));
    Digits y = digits_of(b.mantissa, (u8)(places - b.places));
    if (a.error || b.error)
        return failed();
    if (a.negative == b.negative) {
        add_to(&x, &y, 0);
        return normal(x, places, a.negative);
    }
    if (compare(&x, &y) < 0) {
        subtract_from(&y, &x);
        return normal(y, places, b.negative);
    }
    subtract_from(&x, &y);
    return normal(x, places, a.negative);
}

Decimal decimal_subtract(Decimal a, Decimal b)
{
    return decimal_add(a, decimal_negate(b));
}

Decimal decimal_multiply(Decimal a, Decimal b)
{
    Digits x = digits_of(a.mantissa, 0);
    Digits y = digits_of(b.mantissa, 0);
    Digits product = {{0}};
    if (a.error || b.error)
        return failed();
    for (u8 i = 0; i < DECIMAL_DIGITS; i++)
        for (u8 times = 0; times < y.digit[i]; times++)
            add_to(&product, &x, i);
    return normal(product, (u8)(a.places + b.places), a.negative != b.negative);
}

/* Long division by repeated subtraction, with ten digits more than the dividend. */
Decimal decimal_divide(Decimal a, Decimal b)
{
    enum { MORE = 10 };
    s16 places = (s16)(a.places + MORE - b.places);
    Digits divisor = digits_of(b.mantissa, 0);
    Digits dividend = digits_of(a.mantissa, MORE);
    Digits rest = {{0}}, quotient = {{0}};
    if (a.error || b.error || b.mantissa == 0)
        return failed();
    for (s8 i = DIGITS - 1; i >= 0; i--) {
        for (s8 j = DIGITS - 1; j > 0; j--)
            rest.digit[j] = rest.digit[j - 1];
        rest.digit[0] = dividend.digit[i];
        while (compare(&rest, &divisor) >= 0) {
            subtract_from(&rest, &divisor);
            quotient.digit[i]++;
        }
    }
    return normal(quotient, (u8)places, a.negative != b.negative);
}

void decimal_text(Decimal a, char *text)
{
    u32 unit = 1;
    if (a.error) {
        text_add(text, "Error");
        return;
    }
    for (u8 i = 0; i < a.places; i++)
        unit *= 10;
    if (a.negative)
        text = text_add_char(text, '-');
    text = text_add_number(text, (s32)(a.mantissa / unit));
    if (a.places) {
        text = text_add_char(text, '.');
        text_add_padded(text, a.mantissa % unit, a.places);
    }
}
