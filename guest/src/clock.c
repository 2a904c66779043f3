#include "clock.h"

#include "machine.h"

/* Long division by 1000 in 16-bit steps: 64-bit division would need libgcc. */
u32 clock_milliseconds(void)
{
    unsigned long long now = clock_microseconds();
    u32 high = (u32)(now >> 32);
    u32 low = (u32)now;
    u32 step = (high % 1000) << 16 | low >> 16;
    u32 quotient = step / 1000;
    step = (step % 1000) << 16 | (low & 0xFFFF);
    return quotient << 16 | step / 1000;
}
