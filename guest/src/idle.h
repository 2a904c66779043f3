/* Waiting, with everything on the desktop that does not depend on the user going on. */
#ifndef MOOF_IDLE_H
#define MOOF_IDLE_H

/* Runs the idle functions of sound and of all windows once a tick, draws what is invalid, and sleeps until there is an
 * event or a tick has passed. */
void idle_wait(void);

#endif
