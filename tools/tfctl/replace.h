/* SPDX-License-Identifier: GPL-2.0 */
/* Files that are there whole, or as they were before. */
#ifndef TFCTL_REPLACE_H
#define TFCTL_REPLACE_H

/* Puts what the function prints on stdout in the place of a file. Exit code. */
int replace_file(const char *path, void (*print)(const void *data),
		 const void *data);

#endif
