// SPDX-License-Identifier: GPL-2.0
/* Properties as attributes of netlink messages. */
#include <stdio.h>
#include <string.h>

#include "property.h"

static bool is_text(const struct property *property)
{
	return property->kind == PROPERTY_INTERFACE ||
	       property->kind == PROPERTY_NAME ||
	       property->kind == PROPERTY_LIST ||
	       property->kind == PROPERTY_COMMENT;
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
				       property_field(property, object));
		else if (property->kind == PROPERTY_ADDRESS)
			put_address(nlh, property->attr,
				    property_field(property, object));
		else if (is_text(property))
			mnl_attr_put_strz(nlh, property->attr,
					  property_field(property, object));
		else
			put_number(nlh, property,
				   *(uint32_t *)property_field(property, object));
	}
}

static void get_text(const struct nlattr *attr, char *text, size_t size)
{
	snprintf(text, size, "%.*s",
		 attr ? (int)mnl_attr_get_payload_len(attr) : 0,
		 attr ? mnl_attr_get_str(attr) : "");
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
		get_text(attr, list->name[list->count++], LIST_NAME_SIZE);
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
			get_interfaces(attr, property_field(property, object));
		else if (property->kind == PROPERTY_ADDRESS)
			get_address(attr, attrs[property->attr + 1],
				    property_field(property, object));
		else if (is_text(property))
			get_text(attr, property_field(property, object),
				 property_size(property));
		else
			*(uint32_t *)property_field(property, object) =
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
