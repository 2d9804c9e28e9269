// SPDX-License-Identifier: GPL-2.0
/* JSON is UTF-8, whatever names and comments are. */
#include <json-c/json.h>
#include <string.h>

#include "array.h"
#include "json_text.h"
#include "list.h"
#include "settings.h"
#include "unit.h"

#define NONE	"\xef\xbf\xbd"

static void check_json(struct json_object *json, const char *wanted)
{
	const char *text = json_object_get_string(json);

	check(text && !strcmp(text, wanted), "JSON", wanted);
	json_object_put(json);
}

static void check_property(const struct properties *props, const char *name,
			   const void *object, const char *wanted)
{
	struct json_object *json = json_object_new_object();

	properties_json(props, object, json);
	check_json(json_object_get(json_object_object_get(json, name)), wanted);
	json_object_put(json);
}

void test_json(void)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "", "" }, { "a line", "a line" }, { "a\x7f", "a\x7f" },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "\xe2\x82\xac\xf0\x9f\x8c\x8d", "\xe2\x82\xac\xf0\x9f\x8c\x8d" },
		{ "\xed\x9f\xbf\xf4\x8f\xbf\xbf", "\xed\x9f\xbf\xf4\x8f\xbf\xbf" },
		{ "gr\xfc\xdf", "gr" NONE NONE }, { "\xff\xfe", NONE NONE },
		{ "\xc3", NONE }, { "\xe2\x82", NONE NONE },
		{ "\xe2\x82z", NONE NONE "z" }, { "\x80", NONE },
		{ "\xc0\xaf", NONE NONE }, { "\xe0\x80\xaf", NONE NONE NONE },
		{ "\xed\xa0\x80", NONE NONE NONE },
		{ "\xf4\x90\x80\x80", NONE NONE NONE NONE },
	};
	const struct list list = { "na\xefve", "caf\xe9" };
	const struct settings settings = {
		.interfaces = { .count = 1, .name = { "eth\xff" } },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		check_json(json_text(cases[i].text), cases[i].wanted);
	check_property(&list_properties, "name", &list, "na" NONE "ve");
	check_property(&list_properties, "comment", &list, "caf" NONE);
	check_property(&settings_properties, "interfaces", &settings,
		       "[ \"eth" NONE "\" ]");
}
