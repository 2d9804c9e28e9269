// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "property.h"

static void *field(const struct property *property, const void *object)
{
	return (char *)object + property->offset;
}

static uint32_t number_of(const struct property *property, const void *object)
{
	return *(const uint32_t *)field(property, object);
}

static bool parse_choice(const struct choice *choices, const char *text,
			 uint32_t *value)
{
	for (; choices->name; choices++) {
		if (strcasecmp(choices->name, text))
			continue;
		*value = choices->value;
		return true;
	}
	return false;
}

static bool has_interface(const struct interfaces *list, const char *name)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(list->name[i], name))
			return true;
	return false;
}

static bool parse_interfaces(const char *text, struct interfaces *list)
{
	struct interfaces parsed = { 0 };
	char name[IF_NAMESIZE];
	size_t length;

	if (!strcmp(text, "all")) {
		*list = parsed;
		return true;
	}

	for (;; text += length + 1) {
		length = strcspn(text, ",");
		if (length >= IF_NAMESIZE)
			return false;
		memcpy(name, text, length);
		name[length] = '\0';
		if (!is_interface_pattern(name) || !strcmp(name, "all"))
			return false;
		if (!has_interface(&parsed, name)) {
			if (parsed.count == TRAFFIC_FLOW_INTERFACES_MAX)
				return false;
			strcpy(parsed.name[parsed.count++], name);
		}
		if (!text[length])
			break;
	}
	*list = parsed;
	return true;
}

/* Says what the property takes. */
static void describe(const struct property *property, char *text, size_t size)
{
	char min[VALUE_SIZE], max[VALUE_SIZE];
	const struct choice *choice;
	size_t length = 0;

	switch (property->kind) {
	case PROPERTY_BOOL:
		snprintf(text, size, "yes or no");
		break;
	case PROPERTY_NUMBER:
		snprintf(text, size, "a number from %u to %u", property->min,
			 property->max);
		break;
	case PROPERTY_SIZE:
		format_size(property->min, min);
		format_size(property->max, max);
		snprintf(text, size, "a power of two from %s to %s", min, max);
		break;
	case PROPERTY_TIME:
		format_time(property->min, min);
		format_time(property->max, max);
		snprintf(text, size,
			 "a time from %s to %s, such as 15s, 1h30m or 00:30:00",
			 min, max);
		break;
	case PROPERTY_CHOICE:
		for (choice = property->choices; choice->name; choice++)
			length += snprintf(text + length, size - length, "%s%s",
					   choice == property->choices ? "" :
					   choice[1].name ? ", " : " or ",
					   choice->name);
		break;
	case PROPERTY_ADDRESS:
		snprintf(text, size, "an IPv4 or IPv6 address");
		break;
	case PROPERTY_INTERFACES:
		snprintf(text, size,
			 "all, or up to %u names of 1 to %u characters with commas between, which may end in '*'",
			 TRAFFIC_FLOW_INTERFACES_MAX, IF_NAMESIZE - 1);
		break;
	}
}

static bool parse_value(const struct property *property, const char *text,
			void *value)
{
	uint32_t *number = value;

	switch (property->kind) {
	case PROPERTY_BOOL:
		return parse_bool(text, number);
	case PROPERTY_NUMBER:
		return parse_number(text, number) && *number >= property->min &&
		       *number <= property->max;
	case PROPERTY_SIZE:
		return parse_size(text, number) && *number >= property->min &&
		       *number <= property->max && !(*number & (*number - 1));
	case PROPERTY_TIME:
		return parse_time(text, number) && *number >= property->min &&
		       *number <= property->max;
	case PROPERTY_CHOICE:
		return parse_choice(property->choices, text, number);
	case PROPERTY_ADDRESS:
		return parse_address(text, value);
	case PROPERTY_INTERFACES:
		return parse_interfaces(text, value);
	}
	return false;
}

int property_parse(const struct property *property, const char *text,
		   void *object)
{
	char wanted[256];

	if (parse_value(property, text, field(property, object)))
		return EXIT_DONE;
	describe(property, wanted, sizeof(wanted));
	return usage("%s must be %s, not '%s'", property->name, wanted, text);
}

static void format_choice(const struct choice *choices, uint32_t value,
			  char *text)
{
	for (; choices->name; choices++) {
		if (choices->value == value) {
			strcpy(text, choices->name);
			return;
		}
	}
	/* A newer kernel's. */
	sprintf(text, "%u", value);
}

static void format_interfaces(const struct interfaces *list, char *text)
{
	unsigned int i;

	strcpy(text, list->count ? "" : "all");
	for (i = 0; i < list->count; i++)
		text += sprintf(text, "%s%s", i ? "," : "", list->name[i]);
}

void property_format(const struct property *property, const void *object,
		     char *text)
{
	switch (property->kind) {
	case PROPERTY_BOOL:
		strcpy(text, number_of(property, object) ? "yes" : "no");
		return;
	case PROPERTY_SIZE:
		format_size(number_of(property, object), text);
		return;
	case PROPERTY_TIME:
		format_time(number_of(property, object), text);
		return;
	case PROPERTY_CHOICE:
		format_choice(property->choices, number_of(property, object),
			      text);
		return;
	case PROPERTY_NUMBER:
		sprintf(text, "%u", number_of(property, object));
		return;
	case PROPERTY_ADDRESS:
		format_address(field(property, object), text);
		return;
	case PROPERTY_INTERFACES:
		format_interfaces(field(property, object), text);
		return;
	}
}

static struct json_object *json_interfaces(const struct interfaces *list)
{
	struct json_object *array = json_object_new_array();
	unsigned int i;

	if (!list->count)
		json_object_array_add(array, json_object_new_string("all"));
	for (i = 0; i < list->count; i++)
		json_object_array_add(array,
				      json_object_new_string(list->name[i]));
	return array;
}

struct json_object *property_json(const struct property *property,
				  const void *object)
{
	char text[PROPERTY_TEXT_SIZE];

	switch (property->kind) {
	case PROPERTY_BOOL:
		return json_object_new_boolean(number_of(property, object));
	case PROPERTY_NUMBER:
	case PROPERTY_SIZE:
	case PROPERTY_TIME:
		return json_object_new_int64(number_of(property, object));
	case PROPERTY_INTERFACES:
		return json_interfaces(field(property, object));
	case PROPERTY_CHOICE:
	case PROPERTY_ADDRESS:
		break;
	}
	property_format(property, object, text);
	return json_object_new_string(text);
}

bool property_equal(const struct property *property, const void *a,
		    const void *b)
{
	char texts[2][PROPERTY_TEXT_SIZE];

	if (property->kind == PROPERTY_ADDRESS)
		return address_equal(field(property, a), field(property, b));
	property_format(property, a, texts[0]);
	property_format(property, b, texts[1]);
	return !strcmp(texts[0], texts[1]);
}

void property_copy(const struct property *property, void *to,
		   const void *from)
{
	size_t size = sizeof(uint32_t);

	if (property->kind == PROPERTY_ADDRESS)
		size = sizeof(struct address);
	else if (property->kind == PROPERTY_INTERFACES)
		size = sizeof(struct interfaces);
	memcpy(field(property, to), field(property, from), size);
}

int unknown_word(const char *what, const char *word,
		 const char *(*name)(const void *table, size_t i),
		 const void *table)
{
	const char *nearest = NULL;
	size_t best = SIZE_MAX;
	size_t distance;
	size_t i;

	for (i = 0; name(table, i); i++) {
		distance = edit_distance(word, name(table, i));
		if (distance < best) {
			best = distance;
			nearest = name(table, i);
		}
	}
	/* Beyond that it is another word, not a slip of the fingers. */
	if (!nearest || best > 1 + strlen(nearest) / 3)
		return usage("unknown %s '%s'", what, word);
	return usage("unknown %s '%s'; did you mean '%s'?", what, word, nearest);
}

static const char *row_name(const void *table, size_t i)
{
	const struct properties *props = table;

	return i < props->count ? props->table[i].name : NULL;
}

int properties_assign(const struct properties *props, const char *word,
		      void *object, uint32_t *set)
{
	size_t length = strcspn(word, "=");
	char name[VALUE_SIZE];
	unsigned int i;

	snprintf(name, sizeof(name), "%.*s", (int)length, word);
	for (i = 0; i < props->count; i++)
		if (!strcmp(props->table[i].name, name))
			break;
	if (i == props->count)
		return unknown_word(props->what, name, row_name, props);
	if (!word[length])
		return usage("%s needs a value: %s=value", name, name);
	if (*set & 1U << i)
		return usage("%s is given twice", name);
	*set |= 1U << i;
	return property_parse(&props->table[i], word + length + 1, object);
}

void properties_defaults(const struct properties *props, void *object)
{
	unsigned int i;

	for (i = 0; i < props->count; i++)
		if (props->table[i].fallback)
			parse_value(&props->table[i], props->table[i].fallback,
				    field(&props->table[i], object));
}

uint32_t properties_different(const struct properties *props, const void *a,
			      const void *b)
{
	uint32_t set = 0;
	unsigned int i;

	for (i = 0; i < props->count; i++)
		if (!property_equal(&props->table[i], a, b))
			set |= 1U << i;
	return set;
}

void properties_copy(const struct properties *props, uint32_t set, void *to,
		     const void *from)
{
	unsigned int i;

	for (i = 0; i < props->count; i++)
		if (set & 1U << i)
			property_copy(&props->table[i], to, from);
}

static void put_interfaces(struct nlmsghdr *nlh, uint16_t attr,
			   const struct interfaces *list)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, attr);
	unsigned int i;

	for (i = 0; i < list->count; i++)
		mnl_attr_put_strz(nlh, TRAFFIC_FLOW_INTERFACE_A_NAME,
				  list->name[i]);
	mnl_attr_nest_end(nlh, nest);
}

static void put_address(struct nlmsghdr *nlh, uint16_t attr,
			const struct address *address)
{
	if (address->family == AF_INET)
		mnl_attr_put(nlh, attr, sizeof(address->v4), &address->v4);
	else
		mnl_attr_put(nlh, attr + 1, sizeof(address->v6), &address->v6);
}

static void put_number(struct nlmsghdr *nlh, const struct property *property,
		       uint32_t number)
{
	if (property->width == sizeof(uint8_t))
		mnl_attr_put_u8(nlh, property->attr, number);
	else if (property->width == sizeof(uint16_t))
		mnl_attr_put_u16(nlh, property->attr, number);
	else
		mnl_attr_put_u32(nlh, property->attr, number);
}

void properties_put(const struct properties *props, uint32_t set,
		    const void *object, struct nlmsghdr *nlh)
{
	const struct property *property;
	unsigned int i;

	for (i = 0; i < props->count; i++) {
		property = &props->table[i];
		if (!(set & 1U << i))
			continue;
		if (property->kind == PROPERTY_INTERFACES)
			put_interfaces(nlh, property->attr,
				       field(property, object));
		else if (property->kind == PROPERTY_ADDRESS)
			put_address(nlh, property->attr,
				    field(property, object));
		else
			put_number(nlh, property, number_of(property, object));
	}
}

static void get_interfaces(const struct nlattr *nest, struct interfaces *list)
{
	const struct nlattr *attr;

	list->count = 0;
	if (!nest)
		return;
	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) != TRAFFIC_FLOW_INTERFACE_A_NAME ||
		    list->count == TRAFFIC_FLOW_INTERFACES_MAX)
			continue;
		snprintf(list->name[list->count++], IF_NAMESIZE, "%.*s",
			 (int)mnl_attr_get_payload_len(attr),
			 mnl_attr_get_str(attr));
	}
}

static void get_address(const struct nlattr *v4, const struct nlattr *v6,
			struct address *address)
{
	memset(address, 0, sizeof(*address));
	address->family = AF_INET;
	if (v4 && mnl_attr_get_payload_len(v4) == sizeof(address->v4)) {
		memcpy(&address->v4, mnl_attr_get_payload(v4),
		       sizeof(address->v4));
	} else if (v6 && mnl_attr_get_payload_len(v6) == sizeof(address->v6)) {
		address->family = AF_INET6;
		memcpy(&address->v6, mnl_attr_get_payload(v6),
		       sizeof(address->v6));
	}
}

void properties_get(const struct properties *props, const struct nlattr **attrs,
		    void *object)
{
	const struct property *property;
	const struct nlattr *attr;
	unsigned int i;

	for (i = 0; i < props->count; i++) {
		property = &props->table[i];
		attr = attrs[property->attr];
		if (property->kind == PROPERTY_INTERFACES)
			get_interfaces(attr, field(property, object));
		else if (property->kind == PROPERTY_ADDRESS)
			get_address(attr, attrs[property->attr + 1],
				    field(property, object));
		else
			*(uint32_t *)field(property, object) =
				netlink_number(attr);
	}
}

const char *properties_name(const struct properties *props, uint16_t attr)
{
	const struct property *property;
	unsigned int i;

	for (i = 0; i < props->count; i++) {
		property = &props->table[i];
		if (attr == property->attr ||
		    (property->kind == PROPERTY_ADDRESS &&
		     attr == property->attr + 1))
			return property->name;
	}
	return NULL;
}

void properties_json(const struct properties *props, const void *object,
		     struct json_object *json)
{
	unsigned int i;

	for (i = 0; i < props->count; i++)
		json_object_object_add(json, props->table[i].name,
				       property_json(&props->table[i], object));
}
