/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The version of module, command and packages: it is here and nowhere else.
 */
#ifndef TF_VERSION_H
#define TF_VERSION_H

#define TF_VERSION	"0.1"

#endif /* TF_VERSION_H */
