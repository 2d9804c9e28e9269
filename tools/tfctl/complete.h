/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TFCTL_COMPLETE_H
#define TFCTL_COMPLETE_H

/* Prints what the last of the words can become, one a line, for a shell. */
int complete(int argc, char **argv);

#endif
