// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <ctype.h>
#include <linux/traffic_flow.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "values.h"

static const struct {
	char letter;
	uint32_t seconds;
} time_units[] = {
	{ 'w', 604800 }, { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 },
};

#define TIME_UNITS	ARRAY_SIZE(time_units)

bool parse_bool(const char *text, uint32_t *value)
{
	bool yes = !strcasecmp(text, "yes") || !strcasecmp(text, "true");

	if (!yes && strcasecmp(text, "no") && strcasecmp(text, "false"))
		return false;
	*value = yes;
	return true;
}

/* Takes digits off the start of the text, at least one. */
static bool take_number(const char **text, uint64_t *value)
{
	const char *p = *text;
	uint64_t sum = 0;

	if (!isdigit((unsigned char)*p))
		return false;
	for (; isdigit((unsigned char)*p); p++) {
		sum = sum * 10 + (*p - '0');
		if (sum > UINT32_MAX)
			return false;
	}
	*text = p;
	*value = sum;
	return true;
}

bool parse_number(const char *text, uint32_t *value)
{
	uint64_t number;

	if (!take_number(&text, &number) || *text)
		return false;
	*value = number;
	return true;
}

bool parse_size(const char *text, uint32_t *value)
{
	unsigned int shift = 0;
	uint64_t number;

	if (!take_number(&text, &number))
		return false;
	if (tolower((unsigned char)*text) == 'k')
		shift = 10;
	else if (tolower((unsigned char)*text) == 'm')
		shift = 20;
	if (shift)
		text++;
	if (*text || number > UINT32_MAX >> shift)
		return false;
	*value = number << shift;
	return true;
}

void format_size(uint32_t value, char *text)
{
	if (value && !(value & 0xfffff))
		snprintf(text, VALUE_SIZE, "%uM", value >> 20);
	else if (value && !(value & 0x3ff))
		snprintf(text, VALUE_SIZE, "%uk", value >> 10);
	else
		snprintf(text, VALUE_SIZE, "%u", value);
}

/* The rest of HH:MM:SS, behind the hours. */
static bool take_clock(const char **text, uint64_t *seconds)
{
	uint64_t part;
	int i;

	for (i = 0; i < 2; i++) {
		if (*(*text)++ != ':' || !take_number(text, &part) || part > 59)
			return false;
		*seconds = *seconds * 60 + part;
	}
	return true;
}

bool parse_time(const char *text, uint32_t *seconds)
{
	bool plain = true;
	uint64_t sum = 0;
	uint64_t number;
	size_t unit = 0;

	do {
		if (!take_number(&text, &number))
			return false;
		if (*text == ':') {
			/* Only weeks and days go before a clock's hours. */
			if (unit > 2 || !take_clock(&text, &number) || *text)
				return false;
		} else if (*text || !plain) {
			/* Units come in falling order, each once. */
			while (unit < TIME_UNITS &&
			       time_units[unit].letter != *text)
				unit++;
			if (unit == TIME_UNITS)
				return false;
			number *= time_units[unit++].seconds;
			text++;
		}
		plain = false;
		sum += number;
		if (sum > UINT32_MAX)
			return false;
	} while (*text);

	*seconds = sum;
	return true;
}

void format_time(uint32_t seconds, char *text)
{
	size_t length = 0;
	uint32_t count;
	size_t i;

	for (i = 0; i < TIME_UNITS; i++) {
		count = seconds / time_units[i].seconds;
		seconds %= time_units[i].seconds;
		if (count)
			length += snprintf(text + length, VALUE_SIZE - length,
					   "%u%c", count, time_units[i].letter);
	}
	if (!length)
		snprintf(text, VALUE_SIZE, "0s");
}

bool parse_address(const char *text, struct address *address)
{
	struct address parsed = { .family = AF_INET };

	if (inet_pton(AF_INET, text, &parsed.v4) != 1) {
		parsed.family = AF_INET6;
		if (inet_pton(AF_INET6, text, &parsed.v6) != 1)
			return false;
	}
	*address = parsed;
	return true;
}

void format_address(const struct address *address, char *text)
{
	if (!inet_ntop(address->family, &address->v6, text, VALUE_SIZE))
		*text = '\0';
}

bool address_is_any(const struct address *address)
{
	if (address->family == AF_INET)
		return address->v4.s_addr == htonl(INADDR_ANY);
	return IN6_IS_ADDR_UNSPECIFIED(&address->v6);
}

bool address_equal(const struct address *a, const struct address *b)
{
	if (address_is_any(a) && address_is_any(b))
		return true;
	if (a->family != b->family)
		return false;
	if (a->family == AF_INET)
		return a->v4.s_addr == b->v4.s_addr;
	return IN6_ARE_ADDR_EQUAL(&a->v6, &b->v6);
}

bool parse_endpoint(const char *text, struct address *address, uint32_t *port)
{
	bool brackets = *text == '[';
	char host[VALUE_SIZE];
	struct address parsed;
	uint32_t number = 0;
	const char *end;

	if (parse_address(text, address)) {
		*port = 0;
		return true;
	}

	text += brackets;
	end = strchr(text, brackets ? ']' : ':');
	if (!end || (size_t)(end - text) >= sizeof(host))
		return false;
	memcpy(host, text, end - text);
	host[end - text] = '\0';
	if (!parse_address(host, &parsed) ||
	    parsed.family != (brackets ? AF_INET6 : AF_INET))
		return false;

	end += brackets;
	if (*end && (*end != ':' || !parse_number(end + 1, &number) ||
		     !number || number > UINT16_MAX))
		return false;
	*address = parsed;
	*port = number;
	return true;
}

static bool has_control(const char *text)
{
	while (*text && !iscntrl((unsigned char)*text))
		text++;
	return *text;
}

bool is_interface_pattern(const char *name)
{
	size_t length = strlen(name);
	size_t i;

	if (!length || length >= IF_NAMESIZE)
		return false;
	if (!strcmp(name, ".") || !strcmp(name, "..") || has_control(name))
		return false;
	for (i = 0; i < length; i++) {
		if (name[i] == '/' || name[i] == ':' || name[i] == ',' ||
		    isspace((unsigned char)name[i]))
			return false;
		if (name[i] == '*' && i + 1 < length)
			return false;
	}
	return true;
}

bool is_list_name(const char *name)
{
	size_t length = strlen(name);

	return length && length <= TRAFFIC_FLOW_LIST_NAME_MAX &&
	       !strpbrk(name, "*,/: ") && !has_control(name) &&
	       strcmp(name, "all");
}

bool is_comment(const char *text)
{
	return strlen(text) <= TRAFFIC_FLOW_LIST_COMMENT_MAX &&
	       !has_control(text);
}

size_t edit_distance(const char *a, const char *b)
{
	size_t row[VALUE_SIZE];
	size_t length = strlen(b);
	size_t diagonal;
	size_t above;
	size_t i, j;

	if (length >= VALUE_SIZE)
		return SIZE_MAX;
	for (j = 0; j <= length; j++)
		row[j] = j;
	for (i = 1; a[i - 1]; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= length; j++) {
			above = row[j];
			if (a[i - 1] != b[j - 1])
				diagonal++;
			if (above + 1 < diagonal)
				diagonal = above + 1;
			if (row[j - 1] + 1 < diagonal)
				diagonal = row[j - 1] + 1;
			row[j] = diagonal;
			diagonal = above;
		}
	}
	return row[length];
}
