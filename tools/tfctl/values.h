/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values in RouterOS's notation. Pure functions: the parsers return false on
 * what they do not take and leave the result alone then; the formatters write
 * what the parsers read.
 */
#ifndef TFCTL_VALUES_H
#define TFCTL_VALUES_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VALUE_SIZE	64	/* fits any value but a list and a comment */

struct address {
	int family;		/* AF_INET or AF_INET6 */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
};

bool parse_bool(const char *text, uint32_t *value);
bool parse_number(const char *text, uint32_t *value);

/* 4096, 4k, 16M */
bool parse_size(const char *text, uint32_t *value);
void format_size(uint32_t value, char *text);

/* 1w2d3h4m5s and any part of it, 1d12:00:00, 00:30:00, 90 (seconds) */
bool parse_time(const char *text, uint32_t *seconds);
void format_time(uint32_t seconds, char *text);

bool parse_address(const char *text, struct address *address);
void format_address(const struct address *address, char *text);
bool address_is_any(const struct address *address);
bool address_equal(const struct address *a, const struct address *b);

/* 192.0.2.1:2055, [2001:db8::1]:2055; the port is 0 where none is given. */
bool parse_endpoint(const char *text, struct address *address, uint32_t *port);

/* A name that an interface can have, or the start of one and a '*'. */
bool is_interface_pattern(const char *name);

/* A name that an interface list can have. */
bool is_list_name(const char *name);

/* What can be a comment: short enough, and one line. */
bool is_comment(const char *text);

/* How many letters have to be changed to get from one word to the other. */
size_t edit_distance(const char *a, const char *b);

#endif
