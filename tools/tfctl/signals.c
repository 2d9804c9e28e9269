// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include "signals.h"

void signals_hold(sigset_t *before)
{
	sigset_t ends;

	/* Not SIGQUIT: somebody may have to end what the kernel never does. */
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_BLOCK, &ends, before);
	/* For good: what cannot be printed then is found out at the end. */
	signal(SIGPIPE, SIG_IGN);
}

void signals_let_go(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}
