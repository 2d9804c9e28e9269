/* SPDX-License-Identifier: GPL-2.0 */
/* Texts that others have chosen, as JSON, which has to be UTF-8. */
#ifndef TFCTL_JSON_TEXT_H
#define TFCTL_JSON_TEXT_H

#include <json-c/json.h>

/* An octet that is part of no character becomes U+FFFD. */
struct json_object *json_text(const char *text);

#endif
