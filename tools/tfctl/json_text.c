// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"

#define REPLACEMENT	"\xef\xbf\xbd"

/* Longer than needed, a surrogate, or beyond the last character */
static bool is_forbidden(unsigned char first, unsigned char second)
{
	return (first == 0xe0 && second < 0xa0) ||
	       (first == 0xed && second > 0x9f) ||
	       (first == 0xf0 && second < 0x90) ||
	       (first == 0xf4 && second > 0x8f);
}

/* The octets of the character that stands there, 0 if none does. */
static size_t character(const unsigned char *text)
{
	size_t length = *text < 0xe0 ? 2 : *text < 0xf0 ? 3 : 4;
	size_t i;

	if (*text < 0x80)
		return 1;
	if (*text < 0xc2 || *text > 0xf4 || is_forbidden(text[0], text[1]))
		return 0;
	for (i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

struct json_object *json_text(const char *text)
{
	char *valid = malloc(strlen(text) * strlen(REPLACEMENT) + 1);
	struct json_object *json;
	char *end = valid;
	size_t length;

	if (!valid)
		return NULL;
	while (*text) {
		length = character((const unsigned char *)text);
		end = mempcpy(end, length ? text : REPLACEMENT,
			      length ? length : strlen(REPLACEMENT));
		text += length ? length : 1;
	}
	*end = '\0';
	json = json_object_new_string(valid);
	free(valid);
	return json;
}
