// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "json_text.h"
#include "property.h"

static uint32_t number_of(const struct property *property, const void *object)
{
	return *(const uint32_t *)property_field(property, object);
}

static bool parse_choice(const struct choice *choices, const char *text,
			 uint32_t *value)
{
	for (; choices && choices->name; choices++) {
		if (strcasecmp(choices->name, text))
			continue;
		*value = choices->value;
		return true;
	}
	return false;
}

/* "none", or choices with commas between; what has no name here is a number. */
static bool parse_set(const struct choice *choices, const char *text,
		      uint32_t *value)
{
	char name[VALUE_SIZE];
	uint32_t set = 0;
	uint32_t bit;
	size_t length;

	if (!strcmp(text, "none")) {
		*value = 0;
		return true;
	}
	for (;; text += length + 1) {
		length = strcspn(text, ",");
		if (length >= sizeof(name))
			return false;
		memcpy(name, text, length);
		name[length] = '\0';
		if (!parse_choice(choices, name, &bit) &&
		    !parse_number(name, &bit))
			return false;
		set |= bit;
		if (!text[length])
			break;
	}
	*value = set;
	return true;
}

static bool parse_name(const char *text, char *name)
{
	if (!strcmp(text, "none")) {
		memset(name, 0, IF_NAMESIZE);
		return true;
	}
	if (!is_interface_pattern(text) || strchr(text, '*'))
		return false;
	strncpy(name, text, IF_NAMESIZE);
	return true;
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
	char name[LIST_NAME_SIZE];
	size_t length;

	if (!strcmp(text, "all")) {
		*list = parsed;
		return true;
	}

	for (;; text += length + 1) {
		length = strcspn(text, ",");
		if (length >= LIST_NAME_SIZE)
			return false;
		memcpy(name, text, length);
		name[length] = '\0';
		if ((!is_interface_pattern(name) && !is_list_name(name)) ||
		    !strcmp(name, "all"))
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

static void describe_choices(const struct choice *choices, const char *last,
			     char *text, size_t size)
{
	const struct choice *choice;
	size_t length = 0;

	for (choice = choices; choice->name; choice++)
		length += snprintf(text + length, size - length, "%s%s",
				   choice == choices ? "" :
				   choice[1].name ? ", " : last, choice->name);
}

static void describe_number(const struct property *property, char *text,
			    size_t size)
{
	char min[VALUE_SIZE], max[VALUE_SIZE];

	switch (property->kind) {
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
	default:
		snprintf(text, size, "%s%sa number from %u to %u",
			 property->choices ? property->choices->name : "",
			 property->choices ? " or " : "", property->min,
			 property->max);
	}
}

static void describe_name(enum property_kind kind, char *text, size_t size)
{
	switch (kind) {
	case PROPERTY_INTERFACES:
		snprintf(text, size,
			 "all, or up to %u names of interfaces, which may end in '*', or of interface lists, with commas between",
			 TRAFFIC_FLOW_INTERFACES_MAX);
		break;
	case PROPERTY_INTERFACE:
		snprintf(text, size,
			 "a name of 1 to %u characters, which may end in '*'",
			 IF_NAMESIZE - 1);
		break;
	case PROPERTY_LIST:
		snprintf(text, size,
			 "a name of 1 to %u characters without '*', ',', '/', ':', blanks and control characters, and not all",
			 TRAFFIC_FLOW_LIST_NAME_MAX);
		break;
	default:
		snprintf(text, size, "none or a name of 1 to %u characters",
			 IF_NAMESIZE - 1);
	}
}

/* Says what the property takes. */
static void describe(const struct property *property, char *text, size_t size)
{
	switch (property->kind) {
	case PROPERTY_BOOL:
		snprintf(text, size, "yes or no");
		break;
	case PROPERTY_NUMBER:
	case PROPERTY_SIZE:
	case PROPERTY_TIME:
		describe_number(property, text, size);
		break;
	case PROPERTY_CHOICE:
		describe_choices(property->choices, " or ", text, size);
		break;
	case PROPERTY_SET:
		strcpy(text, "none, or with commas between: ");
		describe_choices(property->choices, " and ",
				 text + strlen(text), size - strlen(text));
		break;
	case PROPERTY_ADDRESS:
		snprintf(text, size, "an IPv4 or IPv6 address");
		break;
	case PROPERTY_COMMENT:
		snprintf(text, size, "one line of at most %u octets",
			 TRAFFIC_FLOW_LIST_COMMENT_MAX);
		break;
	case PROPERTY_NAME:
	case PROPERTY_INTERFACES:
	case PROPERTY_INTERFACE:
	case PROPERTY_LIST:
		describe_name(property->kind, text, size);
		break;
	}
}

static bool parse_text(bool valid, const char *text, char *value)
{
	if (valid)
		strcpy(value, text);
	return valid;
}

static bool parse_value(const struct property *property, const char *text,
			void *value)
{
	uint32_t *number = value;

	switch (property->kind) {
	case PROPERTY_BOOL:
		return parse_bool(text, number);
	case PROPERTY_NUMBER:
		return parse_choice(property->choices, text, number) ||
		       (parse_number(text, number) &&
			*number >= property->min && *number <= property->max);
	case PROPERTY_SIZE:
		return parse_size(text, number) && *number >= property->min &&
		       *number <= property->max && !(*number & (*number - 1));
	case PROPERTY_TIME:
		return parse_time(text, number) && *number >= property->min &&
		       *number <= property->max;
	case PROPERTY_CHOICE:
		return parse_choice(property->choices, text, number);
	case PROPERTY_SET:
		return parse_set(property->choices, text, number);
	case PROPERTY_ADDRESS:
		return parse_address(text, value);
	case PROPERTY_INTERFACES:
		return parse_interfaces(text, value);
	case PROPERTY_INTERFACE:
		return parse_text(is_interface_pattern(text), text, value);
	case PROPERTY_LIST:
		return parse_text(is_list_name(text), text, value);
	case PROPERTY_COMMENT:
		return parse_text(is_comment(text), text, value);
	case PROPERTY_NAME:
		return parse_name(text, value);
	}
	return false;
}

int property_parse(const struct property *property, const char *text,
		   void *object)
{
	char wanted[256];

	if (parse_value(property, text, property_field(property, object)))
		return EXIT_DONE;
	describe(property, wanted, sizeof(wanted));
	return usage("%s must be %s, not '%s'", property->name, wanted, text);
}

static void format_choice(const struct choice *choices, uint32_t value,
			  char *text)
{
	for (; choices && choices->name; choices++) {
		if (choices->value == value) {
			strcpy(text, choices->name);
			return;
		}
	}
	/* A plain number, or a newer kernel's. */
	sprintf(text, "%u", value);
}

/* The name of one of a set's members, which leaves it; a newer module's: a number. */
static const char *take_member(const struct choice *choices, uint32_t *set,
			       char *number)
{
	for (; choices->name; choices++) {
		if (!(*set & choices->value))
			continue;
		*set &= ~choices->value;
		return choices->name;
	}
	sprintf(number, "%u", *set);
	*set = 0;
	return number;
}

static void format_set(const struct choice *choices, uint32_t set, char *text)
{
	char number[VALUE_SIZE];

	strcpy(text, set ? "" : "none");
	while (set) {
		strcat(text, take_member(choices, &set, number));
		strcat(text, set ? "," : "");
	}
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
	case PROPERTY_NUMBER:
	case PROPERTY_CHOICE:
		format_choice(property->choices, number_of(property, object),
			      text);
		return;
	case PROPERTY_SET:
		format_set(property->choices, number_of(property, object),
			   text);
		return;
	case PROPERTY_ADDRESS:
		format_address(property_field(property, object), text);
		return;
	case PROPERTY_INTERFACES:
		format_interfaces(property_field(property, object), text);
		return;
	case PROPERTY_INTERFACE:
	case PROPERTY_LIST:
	case PROPERTY_COMMENT:
		strcpy(text, property_field(property, object));
		return;
	case PROPERTY_NAME:
		strcpy(text, property_field(property, object));
		if (!*text)
			strcpy(text, "none");
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
		json_object_array_add(array, json_text(list->name[i]));
	return array;
}

static struct json_object *json_set(const struct choice *choices, uint32_t set)
{
	struct json_object *array = json_object_new_array();
	char number[VALUE_SIZE];
	const char *name;

	while (set) {
		name = take_member(choices, &set, number);
		json_object_array_add(array, json_object_new_string(name));
	}
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
		if (property->choices &&
		    number_of(property, object) < property->min)
			break;
		return json_object_new_int64(number_of(property, object));
	case PROPERTY_SIZE:
	case PROPERTY_TIME:
		return json_object_new_int64(number_of(property, object));
	case PROPERTY_INTERFACES:
		return json_interfaces(property_field(property, object));
	case PROPERTY_SET:
		return json_set(property->choices, number_of(property, object));
	case PROPERTY_CHOICE:
	case PROPERTY_ADDRESS:
	case PROPERTY_INTERFACE:
	case PROPERTY_LIST:
	case PROPERTY_COMMENT:
	case PROPERTY_NAME:
		break;
	}
	property_format(property, object, text);
	return json_text(text);
}

bool property_equal(const struct property *property, const void *a,
		    const void *b)
{
	char texts[2][PROPERTY_TEXT_SIZE];

	if (property->kind == PROPERTY_ADDRESS)
		return address_equal(property_field(property, a),
				     property_field(property, b));
	property_format(property, a, texts[0]);
	property_format(property, b, texts[1]);
	return !strcmp(texts[0], texts[1]);
}

size_t property_size(const struct property *property)
{
	switch (property->kind) {
	case PROPERTY_ADDRESS:
		return sizeof(struct address);
	case PROPERTY_INTERFACES:
		return sizeof(struct interfaces);
	case PROPERTY_INTERFACE:
	case PROPERTY_NAME:
		return IF_NAMESIZE;
	case PROPERTY_LIST:
		return LIST_NAME_SIZE;
	case PROPERTY_COMMENT:
		return COMMENT_SIZE;
	default:
		return sizeof(uint32_t);
	}
}

void property_copy(const struct property *property, void *to,
		   const void *from)
{
	memcpy(property_field(property, to), property_field(property, from),
	       property_size(property));
}

int unknown_word(const char *what, const char *word,
		 const char *(*name)(const void *table, size_t i),
		 const void *table, const char *help)
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
		return usage("unknown %s '%s': see 'tfctl%s%s --help'", what,
			     word, *help ? " " : "", help);
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
		return unknown_word(props->what, name, row_name, props,
				    props->help);
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
				    property_field(&props->table[i], object));
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

void properties_json(const struct properties *props, const void *object,
		     struct json_object *json)
{
	unsigned int i;

	for (i = 0; i < props->count; i++)
		json_object_object_add(json, props->table[i].name,
				       property_json(&props->table[i], object));
}
