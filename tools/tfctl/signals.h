/* SPDX-License-Identifier: GPL-2.0 */
/* What is done whole or undone is not ended halfway. */
#ifndef TFCTL_SIGNALS_H
#define TFCTL_SIGNALS_H

#include <signal.h>

/*
 * From here to where they are let go again, the signals that end a command wait.
 * One pair may be inside another.
 */
void signals_hold(sigset_t *before);
void signals_let_go(const sigset_t *before);

#endif
