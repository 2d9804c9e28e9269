// SPDX-License-Identifier: GPL-2.0
/* What is typed into objects, and these into messages. */
#include <arpa/inet.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "list.h"
#include "settings.h"
#include "target.h"
#include "unit.h"

static void check_assign(const struct properties *props, const char *word,
			 void *object, int expected)
{
	uint32_t set = 0;

	check(properties_assign(props, word, object, &set) == expected,
	      expected ? "no assignment" : "assignment", word);
}

void test_assign(void)
{
	static const char *const settings_right[] = {
		"enabled=yes", "interfaces=all", "interfaces=eth0,ppp*",
		"interfaces=NetFlow-interfaces,eth0",
		"cache-entries=1k", "cache-entries=16M", "timestamps=UPTIME",
		"active-flow-timeout=1", "inactive-flow-timeout=1w",
		"sampling-interval=4294967295", "meter-exports=no",
	};
	static const char *const settings_wrong[] = {
		"enabled", "enabled=", "enabled=2", "Enabled=yes", "=yes", "",
		"interfaces=", "interfaces=eth0,", "interfaces=eth0,all",
		"interfaces=a-pattern-so-long*",
		"interfaces=thirty-two-letters-are-too-many-",
		"cache-entries=512", "cache-entries=3k", "cache-entries=32M",
		"active-flow-timeout=0s", "active-flow-timeout=8d",
		"sampling-interval=4294967296", "timestamps=both",
	};
	static const char *const target_right[] = {
		"dst-address=2001:db8::1", "port=1", "port=65535",
		"version=ipfix", "version=1", "src-address=0.0.0.0",
		"v9-template-refresh=2147483647", "v9-template-timeout=1m",
		"disabled=yes",
	};
	static const char *const target_wrong[] = {
		"dst-address=192.0.2.1:1", "port=0", "port=65536", "version=10",
		"version=2", "v9-template-refresh=0",
		"v9-template-refresh=2147483648", "v9-template-timeout=0",
	};
	static const char *const list_right[] = {
		"name=WAN", "comment=", "comment=both lines of the office",
	};
	static const char *const list_wrong[] = {
		"name=", "name=all", "name=a*", "comment=a\tb", "commnt=a",
	};
	static const char *const member_right[] = {
		"list=NetFlow-interfaces", "interface=ppp*",
	};
	static const char *const member_wrong[] = {
		"list=a,b", "interface=", "interface=sixteen-letters-", "name=a",
	};
	struct settings settings;
	struct target target;
	struct member member;
	struct list list;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings_right); i++)
		check_assign(&settings_properties, settings_right[i], &settings,
			     EXIT_DONE);
	for (i = 0; i < ARRAY_SIZE(settings_wrong); i++)
		check_assign(&settings_properties, settings_wrong[i], &settings,
			     EXIT_USAGE);
	for (i = 0; i < ARRAY_SIZE(target_right); i++)
		check_assign(&target_properties, target_right[i], &target,
			     EXIT_DONE);
	for (i = 0; i < ARRAY_SIZE(target_wrong); i++)
		check_assign(&target_properties, target_wrong[i], &target,
			     EXIT_USAGE);
	for (i = 0; i < ARRAY_SIZE(list_right); i++)
		check_assign(&list_properties, list_right[i], &list,
			     EXIT_DONE);
	for (i = 0; i < ARRAY_SIZE(list_wrong); i++)
		check_assign(&list_properties, list_wrong[i], &list,
			     EXIT_USAGE);
	for (i = 0; i < ARRAY_SIZE(member_right); i++)
		check_assign(&member_properties, member_right[i], &member,
			     EXIT_DONE);
	for (i = 0; i < ARRAY_SIZE(member_wrong); i++)
		check_assign(&member_properties, member_wrong[i], &member,
			     EXIT_USAGE);
}

/* A newer module's options are no loss to an older command. */
void test_set(void)
{
	static const struct {
		const char *word, *text, *json;
		uint32_t set;
	} cases[] = {
		{ "options=none", "none", "[]", 0 },
		{ "options=statistics,sampling", "sampling,statistics",
		  "[\"sampling\",\"statistics\"]", 5 },
		{ "options=sampling,8", "sampling,8", "[\"sampling\",\"8\"]", 9 },
		{ "options=2147483656", "2147483656", "[\"2147483656\"]",
		  0x80000008 },
		{ "options=8,16", "24", "[\"24\"]", 24 },
		{ "options=4294967295",
		  "sampling,interfaces,statistics,4294967288",
		  "[\"sampling\",\"interfaces\",\"statistics\",\"4294967288\"]",
		  UINT32_MAX },
	};
	const struct property *options = &target_properties.table[TARGET_OPTIONS];
	char text[PROPERTY_TEXT_SIZE];
	struct json_object *json;
	struct target target;
	uint32_t set;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		set = 0;
		check(properties_assign(&target_properties, cases[i].word,
					&target, &set) == EXIT_DONE &&
		      target.options == cases[i].set, "set", cases[i].word);
		property_format(options, &target, text);
		check(!strcmp(text, cases[i].text), "set", text);
		json = property_json(options, &target);
		check(!strcmp(json_object_to_json_string_ext(json,
							     JSON_C_TO_STRING_PLAIN),
			      cases[i].json), "set", cases[i].json);
		json_object_put(json);
	}
}

struct collected {
	const struct nlattr *attrs[64];
};

static int collect(const struct nlattr *attr, void *data)
{
	struct collected *collected = data;

	collected->attrs[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

/* What is put into a message is got out of it again. */
void test_message(void)
{
	uint32_t buffer[2048];
	struct settings sent, got = { 0 };
	struct collected collected = { 0 };
	struct nlmsghdr *nlh;
	uint32_t set = 0;

	settings_defaults(&sent);
	check(properties_assign(&settings_properties, "interfaces=eth0,ppp*",
				&sent, &set) == EXIT_DONE, "message",
	      "interfaces");
	sent.cache_entries = 1 << 24;
	sent.timestamps = TRAFFIC_FLOW_TIMESTAMPS_UPTIME;
	sent.sampling_space = UINT32_MAX;

	nlh = mnl_nlmsg_put_header(buffer);
	properties_put(&settings_properties, UINT32_MAX, &sent, nlh);
	mnl_attr_parse(nlh, 0, collect, &collected);
	properties_get(&settings_properties, collected.attrs, &got);
	check(properties_different(&settings_properties, &sent, &got) == 0,
	      "message", "settings");
	check(mnl_attr_get_payload_len(collected.attrs[TRAFFIC_FLOW_A_TIMESTAMPS]) == 1 &&
	      mnl_attr_get_payload_len(collected.attrs[TRAFFIC_FLOW_A_CACHE_ENTRIES]) == 4,
	      "message", "widths");
}

void test_target_message(const char *dst)
{
	uint32_t buffer[2048];
	struct target sent = { 0 }, got = { 0 };
	struct collected collected = { 0 };
	struct nlmsghdr *nlh;

	properties_defaults(&target_properties, &sent);
	parse_address(dst, &sent.dst);
	sent.version = TRAFFIC_FLOW_VERSION_IPFIX;
	nlh = mnl_nlmsg_put_header(buffer);
	properties_put(&target_properties, UINT32_MAX, &sent, nlh);
	mnl_attr_parse(nlh, 0, collect, &collected);
	properties_get(&target_properties, collected.attrs, &got);
	check(!properties_different(&target_properties, &sent, &got) &&
	      !collected.attrs[TRAFFIC_FLOW_TARGET_A_DST_IPV4] ==
	      (sent.dst.family == AF_INET6), "message of target", dst);
}

void test_list_message(void)
{
	struct list sent = { "NetFlow-interfaces", "a \"comment\"" }, got;
	struct collected collected = { 0 };
	uint32_t buffer[2048];
	struct nlmsghdr *nlh;

	nlh = mnl_nlmsg_put_header(buffer);
	properties_put(&list_properties, UINT32_MAX, &sent, nlh);
	mnl_attr_parse(nlh, 0, collect, &collected);
	memset(&got, 0xff, sizeof(got));
	properties_get(&list_properties, collected.attrs, &got);
	check(!strcmp(sent.name, got.name) && !strcmp(sent.comment, got.comment),
	      "message of list", got.name);
}
