#ifndef MOOF_CLOCK_H
#define MOOF_CLOCK_H

#include "types.h"

u32 clock_milliseconds(void);       /* CLOCK_REALTIME in ms, modulo 2^32 */

#endif
