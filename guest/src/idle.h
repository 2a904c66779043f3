/* Waiting for input, while sound and windows continue. */
#ifndef MOOF_IDLE_H
#define MOOF_IDLE_H

/* Runs the idle functions of sound and of all windows once a tick, draws the invalid regions, and sleeps until there is an
 * event or a tick has passed. */
void idle_wait(void);

#endif
