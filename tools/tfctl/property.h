/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Properties as data: how each is called, parsed, checked, printed and sent.
 * Every menu that has properties is a table of them over one struct.
 */
#ifndef TFCTL_PROPERTY_H
#define TFCTL_PROPERTY_H

#include <json-c/json.h>
#include <linux/traffic_flow.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netlink.h"
#include "values.h"

enum property_kind {			/* what the struct's field is: */
	PROPERTY_BOOL,			/* uint32_t */
	PROPERTY_NUMBER,		/* uint32_t, or one of the choices */
	PROPERTY_SIZE,			/* uint32_t, a power of two */
	PROPERTY_TIME,			/* uint32_t, seconds */
	PROPERTY_CHOICE,		/* uint32_t */
	PROPERTY_SET,			/* uint32_t, or-ed choices */
	PROPERTY_ADDRESS,		/* struct address */
	PROPERTY_INTERFACES,		/* struct interfaces */
	PROPERTY_INTERFACE,		/* char [IF_NAMESIZE] */
	PROPERTY_LIST,			/* char [LIST_NAME_SIZE] */
	PROPERTY_COMMENT,		/* char [COMMENT_SIZE] */
	PROPERTY_NAME,			/* char [IF_NAMESIZE], "" for none */
};

struct choice {
	const char *name;
	uint32_t value;
};

#define LIST_NAME_SIZE	(TRAFFIC_FLOW_LIST_NAME_MAX + 1)
#define COMMENT_SIZE	(TRAFFIC_FLOW_LIST_COMMENT_MAX + 1)

/* Names of interfaces or of lists; none at all stands for all interfaces. */
struct interfaces {
	unsigned int count;
	char name[TRAFFIC_FLOW_INTERFACES_MAX][LIST_NAME_SIZE];
};

struct property {
	const char *name;
	const char *fallback;		/* the default, NULL if there is none */
	const char *help;
	const struct choice *choices;	/* up to a nameless one */
	size_t offset;			/* of the field in the struct */
	uint32_t min, max;
	uint16_t attr;			/* for an address IPv4's; IPv6's is next */
	uint8_t width;			/* of the attribute, in octets */
	enum property_kind kind;
};

struct properties {
	const struct property *table;
	unsigned int count;		/* at most 32 */
	const char *what;		/* a member of the table is called */
	const char *object;		/* and what has them */
	const char *menu;		/* where there are several of those */
	const char *help;		/* the command whose --help lists them */
	size_t size;			/* of its struct */
	const struct property *named_by;	/* NULL if it has no name */
};

/* Room for any property's value, the longest list of interfaces too. */
#define PROPERTY_TEXT_SIZE \
	(TRAFFIC_FLOW_INTERFACES_MAX * LIST_NAME_SIZE + VALUE_SIZE)

static inline void *property_field(const struct property *property,
				   const void *object)
{
	return (char *)object + property->offset;
}

/* The text may be wrong: then the exit code, and the user knows why. */
int property_parse(const struct property *property, const char *text,
		   void *object);
void property_format(const struct property *property, const void *object,
		     char *text);
struct json_object *property_json(const struct property *property,
				  const void *object);
bool property_equal(const struct property *property, const void *a,
		    const void *b);
size_t property_size(const struct property *property);
void property_copy(const struct property *property, void *to,
		   const void *from);

/* What follows works on sets of properties: bit n is row n of the table. */

/* Takes "name=value" into the object and adds the property to the set. */
int properties_assign(const struct properties *props, const char *word,
		      void *object, uint32_t *set);
void properties_defaults(const struct properties *props, void *object);
uint32_t properties_different(const struct properties *props, const void *a,
			      const void *b);
void properties_copy(const struct properties *props, uint32_t set, void *to,
		     const void *from);
void properties_put(const struct properties *props, uint32_t set,
		    const void *object, struct nlmsghdr *nlh);
void properties_get(const struct properties *props, const struct nlattr **attrs,
		    void *object);
const char *properties_name(const struct properties *props, uint16_t attr);
void properties_json(const struct properties *props, const void *object,
		     struct json_object *json);

/*
 * "unknown WHAT 'chache'; did you mean 'cache'?" from the names there are. They
 * are listed by the --help of that command, of tfctl itself if it is "".
 */
int unknown_word(const char *what, const char *word,
		 const char *(*name)(const void *table, size_t i),
		 const void *table, const char *help);

#endif
