/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TFCTL_ARRAY_H
#define TFCTL_ARRAY_H

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#endif
