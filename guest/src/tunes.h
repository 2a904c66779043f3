#ifndef MOOF_TUNES_H
#define MOOF_TUNES_H

#include "sound.h"

extern const Tune tune_minuet;

#endif
