/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TFCTL_HELP_H
#define TFCTL_HELP_H

#include "menu.h"

void help_menu(const struct menu *menu);
void help_command(const struct menu *menu, const struct command *command);

#endif
