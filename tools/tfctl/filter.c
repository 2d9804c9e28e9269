// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "filter.h"

#define DEPTH_MAX	50	/* of parentheses and of ! */
#define CONDITIONS_MAX	10000	/* each is one deeper in what is made of them */

enum op {
	OP_EQUAL, OP_UNEQUAL, OP_LESS, OP_MORE, OP_AT_MOST, OP_AT_LEAST, OP_IN,
	OP_LIKE,
	OP_AND, OP_OR, OP_NOT,
};

struct filter {
	enum op op;
	struct filter *left, *right;	/* of and, or; left also of not */
	const struct flow_property *property;
	struct flow_value value;
	char text[VALUE_SIZE];
	struct address last;		/* of a prefix or range */
	regex_t regex;
};

struct parser {
	const char *at;
	const char *start;		/* of the token */
	size_t length;
	bool quoted;
	unsigned int depth;
	unsigned int conditions;
	bool failed;
	char *why;
	size_t size;
};

static struct filter *fail(struct parser *parser, const char *format, ...)
	__printf(2, 3);

static struct filter *fail(struct parser *parser, const char *format, ...)
{
	va_list args;

	if (!parser->failed) {
		va_start(args, format);
		vsnprintf(parser->why, parser->size, format, args);
		va_end(args);
	}
	parser->failed = true;
	return NULL;
}

static const char *const symbols[] = {
	"!=", "<=", ">=", "&&", "||", "=", "<", ">", "~", "!", "(", ")",
};

static size_t symbol_length(const char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(symbols); i++)
		if (!strncmp(text, symbols[i], strlen(symbols[i])))
			return strlen(symbols[i]);
	return 0;
}

/* Goes on to the next token: a symbol, a word, a "text", or the empty end. */
static void next(struct parser *parser)
{
	const char *p = parser->at + strspn(parser->at, " \t\n");

	parser->quoted = *p == '"';
	if (parser->quoted) {
		parser->start = ++p;
		parser->length = strcspn(p, "\"");
		if (!p[parser->length])
			fail(parser, "a quoted text does not end");
		parser->at = p + parser->length + !!p[parser->length];
		return;
	}
	parser->start = p;
	parser->length = symbol_length(p);
	if (!parser->length)
		while (p[parser->length] && !strchr(" \t\n\"", p[parser->length]) &&
		       !symbol_length(p + parser->length))
			parser->length++;
	parser->at = p + parser->length;
}

static bool is(const struct parser *parser, const char *token)
{
	return !parser->quoted && strlen(token) == parser->length &&
	       !strncmp(parser->start, token, parser->length);
}

static bool at_end(const struct parser *parser)
{
	return !parser->quoted && !parser->length;
}

static bool take(struct parser *parser, const char *token)
{
	if (!is(parser, token))
		return false;
	next(parser);
	return true;
}

static bool take_op(struct parser *parser, enum op *op)
{
	static const char *const ops[] = {
		[OP_EQUAL] = "=", [OP_UNEQUAL] = "!=", [OP_LESS] = "<",
		[OP_MORE] = ">", [OP_AT_MOST] = "<=", [OP_AT_LEAST] = ">=",
		[OP_IN] = "in", [OP_LIKE] = "~",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		if (!take(parser, ops[i]))
			continue;
		*op = i;
		return true;
	}
	return false;
}

/* 1500, 10k, 2.5M: in thousands, as rates and sums are. */
static bool parse_amount(const char *text, uint64_t *value)
{
	static const char units[] = "kMGT";
	const char *unit;
	double number;
	size_t i;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	number = strtod(text, &end);
	unit = *end ? strchr(units, *end == 'K' ? 'k' : *end) : NULL;
	if (unit) {
		for (i = 0; &units[i] <= unit; i++)
			number *= 1000;
		end++;
	}
	if (!strcmp(end, "bps"))
		end += 3;
	if (*end || number >= 1e19)
		return false;
	*value = number;
	return true;
}

static void mask(struct address *first, struct address *last,
		 unsigned int length)
{
	uint8_t *low = (uint8_t *)&first->v6, *high = (uint8_t *)&last->v6;
	unsigned int bits = first->family == AF_INET ? 32 : 128;
	unsigned int i;

	for (i = length; i < bits; i++) {
		low[i / 8] &= ~(0x80 >> i % 8);
		high[i / 8] |= 0x80 >> i % 8;
	}
}

/* 10.0.0.0/8, 10.0.0.1-10.0.0.9, or one address */
static bool parse_addresses(const char *text, struct address *first,
			    struct address *last)
{
	size_t length = strcspn(text, "/-");
	char part[VALUE_SIZE];
	uint32_t bits;

	snprintf(part, sizeof(part), "%.*s", (int)length, text);
	if (!parse_address(part, first))
		return false;
	*last = *first;
	if (text[length] == '-')
		return parse_address(text + length + 1, last) &&
		       first->family == last->family;
	if (!text[length])
		return true;
	if (!parse_number(text + length + 1, &bits) ||
	    bits > (first->family == AF_INET ? 32 : 128))
		return false;
	mask(first, last, bits);
	return true;
}

static const char *parse_operand(struct filter *filter)
{
	uint32_t seconds;

	switch (filter->property->kind) {
	case FLOW_NUMBER:
	case FLOW_RATE:
		return parse_amount(filter->text, &filter->value.number) ? NULL :
		       "a number";
	case FLOW_TIME:
		if (!parse_time(filter->text, &seconds))
			return "a time such as 15s or 1h30m";
		filter->value.number = seconds * UINT64_C(1000);
		return NULL;
	case FLOW_PROTOCOL:
		return parse_protocol(filter->text, &filter->value.number) ?
		       NULL : "a protocol's name or number";
	case FLOW_ADDRESS:
		if (filter->op == OP_IN)
			return parse_addresses(filter->text,
					       &filter->value.address,
					       &filter->last) ?
			       NULL : "a prefix such as 10.0.0.0/8";
		return parse_address(filter->text, &filter->value.address) ?
		       NULL : "an address; prefixes go with in";
	case FLOW_TEXT:
		filter->value.text = filter->text;
		return NULL;
	}
	return "a value";
}

static bool read_operand(struct parser *parser, struct filter *filter)
{
	const char *name = filter->property->name;
	const char *wanted;

	if (at_end(parser))
		return fail(parser, "%s: a value is missing", name);
	if (parser->length >= sizeof(filter->text))
		return fail(parser, "%s: that value is too long", name);
	memcpy(filter->text, parser->start, parser->length);
	next(parser);
	if (filter->op == OP_LIKE) {
		if (regcomp(&filter->regex, filter->text,
			    REG_EXTENDED | REG_NOSUB))
			return fail(parser, "%s: '%s' is no regular expression",
				    name, filter->text);
		return true;
	}
	if (filter->op == OP_IN && filter->property->kind != FLOW_ADDRESS)
		return fail(parser, "%s: in is for addresses", name);
	wanted = parse_operand(filter);
	if (wanted)
		return fail(parser, "%s: '%s' is not %s", name, filter->text,
			    wanted);
	return true;
}

static struct filter *new_filter(struct parser *parser, enum op op,
				 struct filter *left, struct filter *right)
{
	struct filter *filter = calloc(1, sizeof(*filter));

	if (!filter) {
		filter_free(left);
		filter_free(right);
		return fail(parser, "out of memory");
	}
	filter->op = op;
	filter->left = left;
	filter->right = right;
	return filter;
}

/* Half-made ones too. */
static struct filter *give_up(struct filter *filter)
{
	free(filter);
	return NULL;
}

static struct filter *read_comparison(struct parser *parser)
{
	const struct flow_property *property;
	char name[VALUE_SIZE];
	struct filter *filter;

	if (at_end(parser))
		return fail(parser, "a condition is missing");
	if (parser->conditions++ == CONDITIONS_MAX)
		return fail(parser, "there are more than %u conditions",
			    CONDITIONS_MAX);
	snprintf(name, sizeof(name), "%.*s", (int)parser->length,
		 parser->start);
	property = flow_property_find(name, strlen(name));
	if (!property)
		return fail(parser, "flows have no '%s'", name);
	filter = new_filter(parser, OP_EQUAL, NULL, NULL);
	if (!filter)
		return NULL;
	filter->property = property;
	next(parser);
	if (!take_op(parser, &filter->op)) {
		fail(parser, "%s: expected =, !=, <, >, <=, >=, in or ~", name);
		return give_up(filter);
	}
	return read_operand(parser, filter) ? filter : give_up(filter);
}

static struct filter *read_or(struct parser *parser);

static struct filter *read_one(struct parser *parser)
{
	struct filter *filter;

	if (parser->depth++ == DEPTH_MAX)
		return fail(parser, "that is too deep");
	if (take(parser, "!")) {
		filter = read_one(parser);
		if (filter)
			filter = new_filter(parser, OP_NOT, filter, NULL);
	} else if (take(parser, "(")) {
		filter = read_or(parser);
		if (filter && !take(parser, ")")) {
			fail(parser, "a ) is missing");
			filter_free(filter);
			filter = NULL;
		}
	} else {
		filter = read_comparison(parser);
	}
	parser->depth--;
	return filter;
}

static struct filter *join(struct parser *parser, enum op op,
			   struct filter *left, struct filter *right)
{
	if (left && right)
		return new_filter(parser, op, left, right);
	filter_free(left);
	filter_free(right);
	return NULL;
}

static struct filter *read_and(struct parser *parser)
{
	struct filter *filter = read_one(parser);

	while (filter && !at_end(parser) && !is(parser, ")") &&
	       !is(parser, "or") && !is(parser, "||")) {
		if (!take(parser, "and"))
			take(parser, "&&");
		filter = join(parser, OP_AND, filter, read_one(parser));
	}
	return filter;
}

static struct filter *read_or(struct parser *parser)
{
	struct filter *filter = read_and(parser);

	while (filter && (take(parser, "or") || take(parser, "||")))
		filter = join(parser, OP_OR, filter, read_and(parser));
	return filter;
}

bool filter_read(const char *text, struct filter **filter, char *why,
		 size_t size)
{
	struct parser parser = { .at = text, .why = why, .size = size };

	*filter = NULL;
	next(&parser);
	if (at_end(&parser))
		return true;
	*filter = read_or(&parser);
	if (*filter && (!at_end(&parser) || parser.failed)) {
		fail(&parser, "a ( is missing");
		filter_free(*filter);
		*filter = NULL;
	}
	return *filter;
}

static int parse(const char *text, struct filter **filter)
{
	char why[256];

	if (filter_read(text, filter, why, sizeof(why)))
		return EXIT_DONE;
	return usage("where: %s; 'tfctl flow print --help' has the properties",
		     why);
}

int filter_parse_words(int argc, char **argv, struct filter **filter)
{
	size_t length = 1;
	char *text, *end;
	int ret;
	int i;

	for (i = 0; i < argc; i++)
		length += strlen(argv[i]) + 1;
	text = calloc(1, length);
	if (!text)
		return refused("out of memory");
	for (end = text, i = 0; i < argc; i++)
		end += sprintf(end, "%s ", argv[i]);
	ret = parse(text, filter);
	if (!ret && !*filter)
		ret = usage("where is followed by conditions, such as dst-port=443");
	free(text);
	return ret;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	filter_free(filter->left);
	filter_free(filter->right);
	if (filter->op == OP_LIKE)
		regfree(&filter->regex);
	free(filter);
}

static bool is_in(const struct filter *filter, const struct address *address)
{
	return address->family == filter->last.family &&
	       address_compare(address, &filter->value.address) >= 0 &&
	       address_compare(address, &filter->last) <= 0;
}

static int compare(const struct filter *filter, const struct flow_value *value)
{
	switch (filter->property->kind) {
	case FLOW_TEXT:
		return strcmp(value->text, filter->text);
	case FLOW_ADDRESS:
		return address_compare(&value->address, &filter->value.address);
	default:
		return value->number < filter->value.number ? -1 :
		       value->number > filter->value.number;
	}
}

static bool compares(const struct filter *filter, const struct flow *flow)
{
	struct flow_value value;
	char text[VALUE_SIZE];

	if (filter->op == OP_LIKE) {
		flow_format(filter->property, flow, text);
		return !regexec(&filter->regex, text, 0, NULL, 0);
	}
	if (!filter->property->get(flow, &value))
		return filter->op == OP_UNEQUAL;
	switch (filter->op) {
	case OP_IN:
		return is_in(filter, &value.address);
	case OP_EQUAL:
		return !compare(filter, &value);
	case OP_UNEQUAL:
		return compare(filter, &value);
	case OP_LESS:
		return compare(filter, &value) < 0;
	case OP_MORE:
		return compare(filter, &value) > 0;
	case OP_AT_MOST:
		return compare(filter, &value) <= 0;
	default:
		return compare(filter, &value) >= 0;
	}
}

bool filter_matches(const struct filter *filter, const struct flow *flow)
{
	if (!filter)
		return true;
	switch (filter->op) {
	case OP_AND:
		return filter_matches(filter->left, flow) &&
		       filter_matches(filter->right, flow);
	case OP_OR:
		return filter_matches(filter->left, flow) ||
		       filter_matches(filter->right, flow);
	case OP_NOT:
		return !filter_matches(filter->left, flow);
	default:
		return compares(filter, flow);
	}
}
