/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Traffic Flow: the generic netlink family that configures the flow exporter
 * of one network namespace.
 *
 * Every attribute and command keeps its number and meaning for ever; new ones
 * are added at the end of their list.
 */
#ifndef _UAPI_LINUX_TRAFFIC_FLOW_H
#define _UAPI_LINUX_TRAFFIC_FLOW_H

#define TRAFFIC_FLOW_GENL_NAME		"traffic_flow"
#define TRAFFIC_FLOW_GENL_VERSION	1

/*
 * Multicast groups. To hear of flows needs CAP_NET_ADMIN over the namespace, and
 * Linux 5.12, before which a group cannot ask for that: there is none then.
 */
#define TRAFFIC_FLOW_GROUP_FLOWS	"flows"
#define TRAFFIC_FLOW_GROUP_EVENTS	"events"

/* Limits that the kernel enforces; a request outside is refused whole. */
#define TRAFFIC_FLOW_CACHE_ENTRIES_MIN	1024
#define TRAFFIC_FLOW_CACHE_ENTRIES_MAX	(16 * 1024 * 1024)
#define TRAFFIC_FLOW_TIMEOUT_MAX	604800	/* seconds: one week */
#define TRAFFIC_FLOW_TARGETS_MAX	64
#define TRAFFIC_FLOW_INTERFACES_MAX	64
#define TRAFFIC_FLOW_LISTS_MAX		64
#define TRAFFIC_FLOW_LIST_MEMBERS_MAX	1024	/* of all lists together */
#define TRAFFIC_FLOW_LIST_NAME_MAX	31	/* characters */
#define TRAFFIC_FLOW_LIST_COMMENT_MAX	127	/* octets */
#define TRAFFIC_FLOW_MTU_MIN		576
#define TRAFFIC_FLOW_MTU_MAX		1500

/**
 * enum traffic_flow_cmd - commands of the family
 * @TRAFFIC_FLOW_CMD_GET: the namespace's settings. Reply: the &enum
 *	traffic_flow_attr attributes. Anybody may ask.
 * @TRAFFIC_FLOW_CMD_SET: change any of the settings; those not named stay. The
 *	whole request is applied or, with an error, none of it. Needs
 *	CAP_NET_ADMIN over the namespace, as do all changes below.
 * @TRAFFIC_FLOW_CMD_TARGET_GET: one target by @TRAFFIC_FLOW_TARGET_A_ID, or,
 *	as a dump, all of them in the order they were added. Reply: &enum
 *	traffic_flow_target_attr. Anybody may ask.
 * @TRAFFIC_FLOW_CMD_TARGET_ADD: add a target; a destination address is
 *	required. Reply: its @TRAFFIC_FLOW_TARGET_A_ID.
 * @TRAFFIC_FLOW_CMD_TARGET_SET: change the named properties of one target.
 * @TRAFFIC_FLOW_CMD_TARGET_DEL: remove one target; what it had not sent yet
 *	is sent or counted as lost first.
 * @TRAFFIC_FLOW_CMD_STATS_GET: the namespace's counters. Reply: &enum
 *	traffic_flow_stats_attr. Anybody may ask.
 * @TRAFFIC_FLOW_CMD_LIST_GET: as a dump, the namespace's interface lists in the
 *	order they were added. Reply: @TRAFFIC_FLOW_LIST_A_NAME and
 *	@TRAFFIC_FLOW_LIST_A_COMMENT of each. Anybody may ask.
 * @TRAFFIC_FLOW_CMD_LIST_ADD: add an empty list, by its
 *	@TRAFFIC_FLOW_LIST_A_NAME; a comment is optional. -EEXIST if there is one
 *	of that name.
 * @TRAFFIC_FLOW_CMD_LIST_SET: change the @TRAFFIC_FLOW_LIST_A_COMMENT of the list
 *	of a @TRAFFIC_FLOW_LIST_A_NAME.
 * @TRAFFIC_FLOW_CMD_LIST_DEL: remove the list of a @TRAFFIC_FLOW_LIST_A_NAME,
 *	and its members. -EBUSY if @TRAFFIC_FLOW_A_INTERFACES names it.
 * @TRAFFIC_FLOW_CMD_LIST_MEMBER_GET: as a dump, the members of all lists in the
 *	order they were added. Reply: @TRAFFIC_FLOW_LIST_A_NAME and
 *	@TRAFFIC_FLOW_LIST_A_INTERFACE of each. Anybody may ask.
 * @TRAFFIC_FLOW_CMD_LIST_MEMBER_ADD: put a @TRAFFIC_FLOW_LIST_A_INTERFACE into
 *	the list of a @TRAFFIC_FLOW_LIST_A_NAME. Where the list is metered, the
 *	interface is from now on. -EEXIST if it is in it already.
 * @TRAFFIC_FLOW_CMD_LIST_MEMBER_DEL: take it out of the list.
 * @TRAFFIC_FLOW_CMD_FLOW_GET: as a dump, the flows in the cache, in no order.
 *	Reply: &enum traffic_flow_flow_attr. Needs CAP_NET_ADMIN. It does not
 *	stop packets: a flow that begins or ends meanwhile may be left out.
 *	%NLM_F_DUMP_INTR tells that it ends here because settings have changed
 *	meanwhile. Also sent, with @TRAFFIC_FLOW_FLOW_A_END_REASON, to
 *	%TRAFFIC_FLOW_GROUP_FLOWS for each flow that ends; one message may be
 *	followed by others in the same datagram.
 * @TRAFFIC_FLOW_CMD_EVENT: only sent, to %TRAFFIC_FLOW_GROUP_EVENTS. Holds
 *	&enum traffic_flow_event_attr.
 */
enum traffic_flow_cmd {
	TRAFFIC_FLOW_CMD_UNSPEC,
	TRAFFIC_FLOW_CMD_GET,
	TRAFFIC_FLOW_CMD_SET,
	TRAFFIC_FLOW_CMD_TARGET_GET,
	TRAFFIC_FLOW_CMD_TARGET_ADD,
	TRAFFIC_FLOW_CMD_TARGET_SET,
	TRAFFIC_FLOW_CMD_TARGET_DEL,
	TRAFFIC_FLOW_CMD_STATS_GET,
	TRAFFIC_FLOW_CMD_LIST_GET,
	TRAFFIC_FLOW_CMD_LIST_ADD,
	TRAFFIC_FLOW_CMD_LIST_SET,
	TRAFFIC_FLOW_CMD_LIST_DEL,
	TRAFFIC_FLOW_CMD_LIST_MEMBER_GET,
	TRAFFIC_FLOW_CMD_LIST_MEMBER_ADD,
	TRAFFIC_FLOW_CMD_LIST_MEMBER_DEL,
	TRAFFIC_FLOW_CMD_FLOW_GET,
	TRAFFIC_FLOW_CMD_EVENT,

	__TRAFFIC_FLOW_CMD_MAX,
	TRAFFIC_FLOW_CMD_MAX = __TRAFFIC_FLOW_CMD_MAX - 1
};

/**
 * enum traffic_flow_timestamps - what IPFIX's first- and last-forwarded are
 * @TRAFFIC_FLOW_TIMESTAMPS_ABSOLUTE: elements 152 and 153, milliseconds since
 *	1970 (the default: every collector reads them)
 * @TRAFFIC_FLOW_TIMESTAMPS_UPTIME: elements 22 and 21, milliseconds since
 *	element 160, as RouterOS sends them
 */
enum traffic_flow_timestamps {
	TRAFFIC_FLOW_TIMESTAMPS_ABSOLUTE,
	TRAFFIC_FLOW_TIMESTAMPS_UPTIME,

	__TRAFFIC_FLOW_TIMESTAMPS_MAX,
	TRAFFIC_FLOW_TIMESTAMPS_MAX = __TRAFFIC_FLOW_TIMESTAMPS_MAX - 1
};

/**
 * enum traffic_flow_attr - settings of a namespace
 * @TRAFFIC_FLOW_A_ENABLED: u8, 0 or 1: whether packets are metered. Default 0.
 * @TRAFFIC_FLOW_A_CACHE_ENTRIES: u32, how many flows are held at once, a power
 *	of two from %TRAFFIC_FLOW_CACHE_ENTRIES_MIN to
 *	%TRAFFIC_FLOW_CACHE_ENTRIES_MAX. Default 4096. -ENOMEM if that much
 *	memory cannot be had; nothing changes then.
 * @TRAFFIC_FLOW_A_ACTIVE_TIMEOUT: u32, seconds, 1 to
 *	%TRAFFIC_FLOW_TIMEOUT_MAX: the longest time one record covers. Default
 *	1800.
 * @TRAFFIC_FLOW_A_INACTIVE_TIMEOUT: u32, seconds, 1 to
 *	%TRAFFIC_FLOW_TIMEOUT_MAX: a flow without packets for that long ends.
 *	Default 15.
 * @TRAFFIC_FLOW_A_METER_EXPORTS: u8, 0 or 1: whether the datagrams sent to the
 *	targets are metered themselves. Default 0.
 * @TRAFFIC_FLOW_A_TIMESTAMPS: u8, &enum traffic_flow_timestamps.
 * @TRAFFIC_FLOW_A_IPFIX_FIELDS: u64, a bit (1 << &enum traffic_flow_field) for
 *	each field that IPFIX records carry. Default: all those of RouterOS but
 *	%TRAFFIC_FLOW_FIELD_NAT_EVENTS.
 * @TRAFFIC_FLOW_A_IPFIX_FIELDS_MASK: u64, only in a request, with
 *	@TRAFFIC_FLOW_A_IPFIX_FIELDS: the bits to change. Without it, all.
 * @TRAFFIC_FLOW_A_INTERFACES: nest of @TRAFFIC_FLOW_INTERFACE_A_NAME, the
 *	interfaces to meter; empty: all. A packet matches by its input or its
 *	output interface. In a request it replaces the former set; a name that is
 *	there twice counts once. Default: all.
 * @TRAFFIC_FLOW_A_PACKET_SAMPLING: u8, 0 or 1. Needs a sampling interval and
 *	space of at least 1 to have an effect. Default 0.
 * @TRAFFIC_FLOW_A_SAMPLING_INTERVAL: u32, how many packets in a row are
 *	taken. Default 0.
 * @TRAFFIC_FLOW_A_SAMPLING_SPACE: u32, how many packets in a row are then
 *	passed over. Default 0.
 * @TRAFFIC_FLOW_A_PAD: padding for 64-bit attributes.
 */
enum traffic_flow_attr {
	TRAFFIC_FLOW_A_UNSPEC,
	TRAFFIC_FLOW_A_ENABLED,
	TRAFFIC_FLOW_A_CACHE_ENTRIES,
	TRAFFIC_FLOW_A_ACTIVE_TIMEOUT,
	TRAFFIC_FLOW_A_INACTIVE_TIMEOUT,
	TRAFFIC_FLOW_A_METER_EXPORTS,
	TRAFFIC_FLOW_A_TIMESTAMPS,
	TRAFFIC_FLOW_A_IPFIX_FIELDS,
	TRAFFIC_FLOW_A_IPFIX_FIELDS_MASK,
	TRAFFIC_FLOW_A_INTERFACES,
	TRAFFIC_FLOW_A_PACKET_SAMPLING,
	TRAFFIC_FLOW_A_SAMPLING_INTERVAL,
	TRAFFIC_FLOW_A_SAMPLING_SPACE,
	TRAFFIC_FLOW_A_PAD,

	__TRAFFIC_FLOW_A_MAX,
	TRAFFIC_FLOW_A_MAX = __TRAFFIC_FLOW_A_MAX - 1
};

/**
 * enum traffic_flow_interface_attr - members of %TRAFFIC_FLOW_A_INTERFACES
 * @TRAFFIC_FLOW_INTERFACE_A_NAME: NUL-terminated string of 1 to 15 characters,
 *	the name of an interface that exists or may come to exist; a '*' at its
 *	end stands for any characters. May be repeated. Or the name of a list:
 *	while there is a list of that name it stands for the list's members, and
 *	not for an interface. A name of more than 15 characters must be that of
 *	a list that exists.
 */
enum traffic_flow_interface_attr {
	TRAFFIC_FLOW_INTERFACE_A_UNSPEC,
	TRAFFIC_FLOW_INTERFACE_A_NAME,

	__TRAFFIC_FLOW_INTERFACE_A_MAX,
	TRAFFIC_FLOW_INTERFACE_A_MAX = __TRAFFIC_FLOW_INTERFACE_A_MAX - 1
};

/**
 * enum traffic_flow_list_attr - interface lists and their members
 * @TRAFFIC_FLOW_LIST_A_NAME: NUL-terminated string of 1 to
 *	%TRAFFIC_FLOW_LIST_NAME_MAX characters, the list's name: what an
 *	interface may be called, but longer, without '*', ',' and control
 *	characters, and not "all".
 * @TRAFFIC_FLOW_LIST_A_COMMENT: NUL-terminated string of at most
 *	%TRAFFIC_FLOW_LIST_COMMENT_MAX octets without control characters, of a
 *	list. Default: empty.
 * @TRAFFIC_FLOW_LIST_A_INTERFACE: NUL-terminated string of 1 to 15 characters,
 *	a member: an interface's name, or a pattern with a '*' at its end, as in
 *	&enum traffic_flow_interface_attr; never another list.
 */
enum traffic_flow_list_attr {
	TRAFFIC_FLOW_LIST_A_UNSPEC,
	TRAFFIC_FLOW_LIST_A_NAME,
	TRAFFIC_FLOW_LIST_A_COMMENT,
	TRAFFIC_FLOW_LIST_A_INTERFACE,

	__TRAFFIC_FLOW_LIST_A_MAX,
	TRAFFIC_FLOW_LIST_A_MAX = __TRAFFIC_FLOW_LIST_A_MAX - 1
};

/**
 * enum traffic_flow_version - export formats, by the version in their header
 * @TRAFFIC_FLOW_VERSION_1: NetFlow v1
 * @TRAFFIC_FLOW_VERSION_5: NetFlow v5
 * @TRAFFIC_FLOW_VERSION_9: NetFlow v9, RFC 3954
 * @TRAFFIC_FLOW_VERSION_IPFIX: IPFIX, RFC 7011
 */
enum traffic_flow_version {
	TRAFFIC_FLOW_VERSION_1 = 1,
	TRAFFIC_FLOW_VERSION_5 = 5,
	TRAFFIC_FLOW_VERSION_9 = 9,
	TRAFFIC_FLOW_VERSION_IPFIX = 10,
};

/**
 * enum traffic_flow_option - what v9 and IPFIX targets are told besides flows,
 * in options records
 * @TRAFFIC_FLOW_OPTION_SAMPLING: how packets are selected, while they are
 * @TRAFFIC_FLOW_OPTION_INTERFACES: the names of interfaces
 * @TRAFFIC_FLOW_OPTION_STATISTICS: what was metered, exported and lost; what was
 *	sent and then refused is among both of these
 */
enum traffic_flow_option {
	TRAFFIC_FLOW_OPTION_SAMPLING,
	TRAFFIC_FLOW_OPTION_INTERFACES,
	TRAFFIC_FLOW_OPTION_STATISTICS,

	__TRAFFIC_FLOW_OPTION_MAX,
	TRAFFIC_FLOW_OPTION_MAX = __TRAFFIC_FLOW_OPTION_MAX - 1
};

/**
 * enum traffic_flow_target_state - how exporting to a target goes
 * @TRAFFIC_FLOW_TARGET_DISABLED: disabled by its setting, or because the
 *	namespace is not enabled
 * @TRAFFIC_FLOW_TARGET_IDLE: nothing had to be sent yet
 * @TRAFFIC_FLOW_TARGET_UP: the last datagram went out
 * @TRAFFIC_FLOW_TARGET_DOWN: the last attempt failed, for the reason in
 *	@TRAFFIC_FLOW_TARGET_A_LAST_ERROR
 */
enum traffic_flow_target_state {
	TRAFFIC_FLOW_TARGET_DISABLED,
	TRAFFIC_FLOW_TARGET_IDLE,
	TRAFFIC_FLOW_TARGET_UP,
	TRAFFIC_FLOW_TARGET_DOWN,
};

/**
 * enum traffic_flow_target_attr - a target: one collector
 * @TRAFFIC_FLOW_TARGET_A_ID: u32, given by the kernel when the target is
 *	added, never used again for another.
 * @TRAFFIC_FLOW_TARGET_A_DST_IPV4: __be32, the collector's address.
 * @TRAFFIC_FLOW_TARGET_A_DST_IPV6: struct in6_addr, the same for IPv6; exactly
 *	one of the two when a target is added, at most one when it is changed.
 * @TRAFFIC_FLOW_TARGET_A_PORT: u16, the collector's UDP port, 1 to 65535.
 *	Default 2055.
 * @TRAFFIC_FLOW_TARGET_A_SRC_IPV4: __be32, source address of the datagrams; 0
 *	lets routing choose. Must be of the destination's family unless 0.
 * @TRAFFIC_FLOW_TARGET_A_SRC_IPV6: struct in6_addr, the same for IPv6; at most
 *	one of the two.
 * @TRAFFIC_FLOW_TARGET_A_VERSION: u16, &enum traffic_flow_version. Default 9.
 * @TRAFFIC_FLOW_TARGET_A_TEMPLATE_REFRESH: u32, 1 to 2^31-1: templates are
 *	sent again after that many datagrams of data. Default 20.
 * @TRAFFIC_FLOW_TARGET_A_TEMPLATE_TIMEOUT: u32, seconds, 1 to
 *	%TRAFFIC_FLOW_TIMEOUT_MAX: and at the latest after that time. Default
 *	1800.
 * @TRAFFIC_FLOW_TARGET_A_DISABLED: u8, 0 or 1. Default 0.
 * @TRAFFIC_FLOW_TARGET_A_STATE: u8, &enum traffic_flow_target_state. Only in
 *	replies, as are all from here to SKIPPED.
 * @TRAFFIC_FLOW_TARGET_A_LAST_ERROR: u32, the errno of the last failure, 0 if
 *	there was none since the target came up.
 * @TRAFFIC_FLOW_TARGET_A_PACKETS: u64, datagrams sent, with templates.
 * @TRAFFIC_FLOW_TARGET_A_RECORDS: u64, flow records and NAT events sent and not
 *	refused. Falls when some are refused that had been sent.
 * @TRAFFIC_FLOW_TARGET_A_BYTES: u64, UDP payload octets sent.
 * @TRAFFIC_FLOW_TARGET_A_ERRORS: u64, failures of the socket, each attempt.
 * @TRAFFIC_FLOW_TARGET_A_LOST: u64, flow records and NAT events that were given
 *	up.
 * @TRAFFIC_FLOW_TARGET_A_SKIPPED: u64, IPv6 flows that the target's version (1
 *	or 5) has no record for.
 * @TRAFFIC_FLOW_TARGET_A_PAD: padding for 64-bit attributes.
 * @TRAFFIC_FLOW_TARGET_A_OPTIONS: u32, a bit (1 << &enum traffic_flow_option)
 *	for each thing that the collector is told besides flows. Default:
 *	%TRAFFIC_FLOW_OPTION_SAMPLING. Versions 1 and 5 have no such records;
 *	version 5 has sampling in its header in any case.
 * @TRAFFIC_FLOW_TARGET_A_MTU: u16, octets that a datagram may have with its IP
 *	header, %TRAFFIC_FLOW_MTU_MIN to %TRAFFIC_FLOW_MTU_MAX, even where the
 *	path takes more; 0: as the path says. Default 0.
 * @TRAFFIC_FLOW_TARGET_A_DOMAIN_ID: u32, version 9's source id, IPFIX's
 *	observation domain id. Default 0.
 * @TRAFFIC_FLOW_TARGET_A_DSCP: u8, 0 to 63: DSCP of the datagrams. Default 0.
 * @TRAFFIC_FLOW_TARGET_A_MARK: u32, firewall mark of the datagrams, which
 *	routing rules can look at. Default 0.
 * @TRAFFIC_FLOW_TARGET_A_INTERFACE: NUL-terminated string: the interface that
 *	the datagrams leave by, or the VRF whose routes they take. It need not
 *	exist yet. Empty, as is the default: any.
 * @TRAFFIC_FLOW_TARGET_A_REFUSED: u64, of those in LOST, records that were sent,
 *	before the collector's host or the way to it refused them. RECORDS and
 *	REFUSED together never fall. Only in replies.
 */
enum traffic_flow_target_attr {
	TRAFFIC_FLOW_TARGET_A_UNSPEC,
	TRAFFIC_FLOW_TARGET_A_ID,
	TRAFFIC_FLOW_TARGET_A_DST_IPV4,
	TRAFFIC_FLOW_TARGET_A_DST_IPV6,
	TRAFFIC_FLOW_TARGET_A_PORT,
	TRAFFIC_FLOW_TARGET_A_SRC_IPV4,
	TRAFFIC_FLOW_TARGET_A_SRC_IPV6,
	TRAFFIC_FLOW_TARGET_A_VERSION,
	TRAFFIC_FLOW_TARGET_A_TEMPLATE_REFRESH,
	TRAFFIC_FLOW_TARGET_A_TEMPLATE_TIMEOUT,
	TRAFFIC_FLOW_TARGET_A_DISABLED,
	TRAFFIC_FLOW_TARGET_A_STATE,
	TRAFFIC_FLOW_TARGET_A_LAST_ERROR,
	TRAFFIC_FLOW_TARGET_A_PACKETS,
	TRAFFIC_FLOW_TARGET_A_RECORDS,
	TRAFFIC_FLOW_TARGET_A_BYTES,
	TRAFFIC_FLOW_TARGET_A_ERRORS,
	TRAFFIC_FLOW_TARGET_A_LOST,
	TRAFFIC_FLOW_TARGET_A_SKIPPED,
	TRAFFIC_FLOW_TARGET_A_PAD,
	TRAFFIC_FLOW_TARGET_A_OPTIONS,
	TRAFFIC_FLOW_TARGET_A_MTU,
	TRAFFIC_FLOW_TARGET_A_DOMAIN_ID,
	TRAFFIC_FLOW_TARGET_A_DSCP,
	TRAFFIC_FLOW_TARGET_A_MARK,
	TRAFFIC_FLOW_TARGET_A_INTERFACE,
	TRAFFIC_FLOW_TARGET_A_REFUSED,

	__TRAFFIC_FLOW_TARGET_A_MAX,
	TRAFFIC_FLOW_TARGET_A_MAX = __TRAFFIC_FLOW_TARGET_A_MAX - 1
};

/**
 * enum traffic_flow_stats_attr - counters of a namespace since it was created
 * @TRAFFIC_FLOW_STATS_A_PACKETS: u64, packets metered, as on the wire.
 * @TRAFFIC_FLOW_STATS_A_BYTES: u64, their octets from the IP header on.
 * @TRAFFIC_FLOW_STATS_A_ACTIVE: u64, flows in the cache now.
 * @TRAFFIC_FLOW_STATS_A_CREATED: u64, flows begun.
 * @TRAFFIC_FLOW_STATS_A_EXPORTED: u64, flows ended and given to the targets.
 * @TRAFFIC_FLOW_STATS_A_ENDED_EARLY: u64, of these, ended because the cache
 *	was full.
 * @TRAFFIC_FLOW_STATS_A_FRAGMENTS: u64, packets that were later fragments,
 *	counted in a flow without ports.
 * @TRAFFIC_FLOW_STATS_A_TRUNCATED: u64, packets that ended before their
 *	headers did, counted in a flow of what was there.
 * @TRAFFIC_FLOW_STATS_A_UNATTRIBUTED_PACKETS: u64, packets counted in no flow
 *	of their own, because every entry was waiting to be exported or the
 *	packet had no IP header; exported as one record without addresses.
 * @TRAFFIC_FLOW_STATS_A_MEMORY: u64, octets that the cache occupies now.
 * @TRAFFIC_FLOW_STATS_A_NO_TARGET: u64, flows ended while no target was
 *	enabled, so sent to nobody.
 * @TRAFFIC_FLOW_STATS_A_PAD: padding for 64-bit attributes.
 * @TRAFFIC_FLOW_STATS_A_NAT_EVENTS: u64, beginnings and ends of translated
 *	connections given to the targets.
 * @TRAFFIC_FLOW_STATS_A_NAT_EVENTS_LOST: u64, besides these, not given to
 *	them, because there was no memory to keep the connection in mind or there were
 *	more than 1048576 at once.
 * @TRAFFIC_FLOW_STATS_A_NAT_CONNECTIONS: u64, translated connections whose end
 *	has not been told of yet.
 * @TRAFFIC_FLOW_STATS_A_INCOMPLETE: u64, IPv6 flows, or parts of one that
 *	another CPU counted, begun without memory for all of them: exported
 *	without gateway, translation, flow label and extension headers.
 */
enum traffic_flow_stats_attr {
	TRAFFIC_FLOW_STATS_A_UNSPEC,
	TRAFFIC_FLOW_STATS_A_PACKETS,
	TRAFFIC_FLOW_STATS_A_BYTES,
	TRAFFIC_FLOW_STATS_A_ACTIVE,
	TRAFFIC_FLOW_STATS_A_CREATED,
	TRAFFIC_FLOW_STATS_A_EXPORTED,
	TRAFFIC_FLOW_STATS_A_ENDED_EARLY,
	TRAFFIC_FLOW_STATS_A_FRAGMENTS,
	TRAFFIC_FLOW_STATS_A_TRUNCATED,
	TRAFFIC_FLOW_STATS_A_UNATTRIBUTED_PACKETS,
	TRAFFIC_FLOW_STATS_A_MEMORY,
	TRAFFIC_FLOW_STATS_A_NO_TARGET,
	TRAFFIC_FLOW_STATS_A_PAD,
	TRAFFIC_FLOW_STATS_A_NAT_EVENTS,
	TRAFFIC_FLOW_STATS_A_NAT_EVENTS_LOST,
	TRAFFIC_FLOW_STATS_A_NAT_CONNECTIONS,
	TRAFFIC_FLOW_STATS_A_INCOMPLETE,

	__TRAFFIC_FLOW_STATS_A_MAX,
	TRAFFIC_FLOW_STATS_A_MAX = __TRAFFIC_FLOW_STATS_A_MAX - 1
};

/**
 * enum traffic_flow_flow_attr - a flow, its values as IPFIX exports them
 * @TRAFFIC_FLOW_FLOW_A_PAD: padding of 64-bit attributes.
 * @TRAFFIC_FLOW_FLOW_A_SRC: 4 or 16 octets, the source address as received.
 * @TRAFFIC_FLOW_FLOW_A_DST: likewise, the destination address.
 * @TRAFFIC_FLOW_FLOW_A_PROTOCOL: u8.
 * @TRAFFIC_FLOW_FLOW_A_SRC_PORT: u16, as received; 0 where there is none.
 * @TRAFFIC_FLOW_FLOW_A_DST_PORT: u16; for ICMP and ICMPv6 type * 256 + code.
 * @TRAFFIC_FLOW_FLOW_A_PACKETS: u64.
 * @TRAFFIC_FLOW_FLOW_A_BYTES: u64, octets from the IP header on.
 * @TRAFFIC_FLOW_FLOW_A_FIRST: u64, when the first packet came, milliseconds
 *	since 1970.
 * @TRAFFIC_FLOW_FLOW_A_LAST: u64, when the last one came.
 * @TRAFFIC_FLOW_FLOW_A_IN_INTERFACE: u32, index, 0 if the flow began here.
 * @TRAFFIC_FLOW_FLOW_A_OUT_INTERFACE: u32, index, 0 if it ended here.
 * @TRAFFIC_FLOW_FLOW_A_TCP_FLAGS: u8, of all packets, or-ed.
 * @TRAFFIC_FLOW_FLOW_A_TOS: u8, of the first packet.
 * @TRAFFIC_FLOW_FLOW_A_TTL: u8, of the first packet.
 * @TRAFFIC_FLOW_FLOW_A_NEXT_HOP: 4 or 16 octets; not there if there is none, or
 *	no target wants it.
 * @TRAFFIC_FLOW_FLOW_A_NAT_SRC: 4 or 16 octets, the source address as sent; not
 *	there, as the next three, if nothing was translated, or no target wants
 *	it.
 * @TRAFFIC_FLOW_FLOW_A_NAT_DST: likewise, the destination address.
 * @TRAFFIC_FLOW_FLOW_A_NAT_SRC_PORT: u16, as sent.
 * @TRAFFIC_FLOW_FLOW_A_NAT_DST_PORT: u16, as sent.
 * @TRAFFIC_FLOW_FLOW_A_END_REASON: u8, why it has ended, as IANA element 136 has
 *	it; not there while it lives.
 */
enum traffic_flow_flow_attr {
	TRAFFIC_FLOW_FLOW_A_UNSPEC,
	TRAFFIC_FLOW_FLOW_A_PAD,
	TRAFFIC_FLOW_FLOW_A_SRC,
	TRAFFIC_FLOW_FLOW_A_DST,
	TRAFFIC_FLOW_FLOW_A_PROTOCOL,
	TRAFFIC_FLOW_FLOW_A_SRC_PORT,
	TRAFFIC_FLOW_FLOW_A_DST_PORT,
	TRAFFIC_FLOW_FLOW_A_PACKETS,
	TRAFFIC_FLOW_FLOW_A_BYTES,
	TRAFFIC_FLOW_FLOW_A_FIRST,
	TRAFFIC_FLOW_FLOW_A_LAST,
	TRAFFIC_FLOW_FLOW_A_IN_INTERFACE,
	TRAFFIC_FLOW_FLOW_A_OUT_INTERFACE,
	TRAFFIC_FLOW_FLOW_A_TCP_FLAGS,
	TRAFFIC_FLOW_FLOW_A_TOS,
	TRAFFIC_FLOW_FLOW_A_TTL,
	TRAFFIC_FLOW_FLOW_A_NEXT_HOP,
	TRAFFIC_FLOW_FLOW_A_NAT_SRC,
	TRAFFIC_FLOW_FLOW_A_NAT_DST,
	TRAFFIC_FLOW_FLOW_A_NAT_SRC_PORT,
	TRAFFIC_FLOW_FLOW_A_NAT_DST_PORT,
	TRAFFIC_FLOW_FLOW_A_END_REASON,

	__TRAFFIC_FLOW_FLOW_A_MAX,
	TRAFFIC_FLOW_FLOW_A_MAX = __TRAFFIC_FLOW_FLOW_A_MAX - 1
};

/**
 * enum traffic_flow_event - what has happened
 * @TRAFFIC_FLOW_EVENT_CONFIG: settings, interface lists or their members were
 *	changed.
 * @TRAFFIC_FLOW_EVENT_TARGET_ADDED: a target was added.
 * @TRAFFIC_FLOW_EVENT_TARGET_CHANGED: a target's properties were changed.
 * @TRAFFIC_FLOW_EVENT_TARGET_REMOVED: a target was removed.
 * @TRAFFIC_FLOW_EVENT_TARGET_UP: a target gets datagrams, after it got none.
 * @TRAFFIC_FLOW_EVENT_TARGET_DOWN: datagrams cannot be sent to a target.
 * @TRAFFIC_FLOW_EVENT_CACHE_FULL: flows are ended early from now on.
 * @TRAFFIC_FLOW_EVENT_CACHE_RELIEVED: for ten seconds none was.
 *
 * An event of which listeners did not hear, since they read too slowly, makes
 * their socket say -ENOBUFS.
 */
enum traffic_flow_event {
	TRAFFIC_FLOW_EVENT_CONFIG,
	TRAFFIC_FLOW_EVENT_TARGET_ADDED,
	TRAFFIC_FLOW_EVENT_TARGET_CHANGED,
	TRAFFIC_FLOW_EVENT_TARGET_REMOVED,
	TRAFFIC_FLOW_EVENT_TARGET_UP,
	TRAFFIC_FLOW_EVENT_TARGET_DOWN,
	TRAFFIC_FLOW_EVENT_CACHE_FULL,
	TRAFFIC_FLOW_EVENT_CACHE_RELIEVED,
};

/**
 * enum traffic_flow_event_attr - an event; the namespace's settings and targets
 *	can be asked for when it has come
 * @TRAFFIC_FLOW_EVENT_A_EVENT: u8, &enum traffic_flow_event.
 * @TRAFFIC_FLOW_EVENT_A_TARGET: u32, the id of the target it is about.
 * @TRAFFIC_FLOW_EVENT_A_ERROR: u32, errno: why a target is down.
 */
enum traffic_flow_event_attr {
	TRAFFIC_FLOW_EVENT_A_UNSPEC,
	TRAFFIC_FLOW_EVENT_A_EVENT,
	TRAFFIC_FLOW_EVENT_A_TARGET,
	TRAFFIC_FLOW_EVENT_A_ERROR,

	__TRAFFIC_FLOW_EVENT_A_MAX,
	TRAFFIC_FLOW_EVENT_A_MAX = __TRAFFIC_FLOW_EVENT_A_MAX - 1
};

/**
 * enum traffic_flow_field - IPFIX fields that can be chosen: first those of
 * RouterOS's "/ip traffic-flow ipfix" menu, in its order and with its names,
 * then, from %TRAFFIC_FLOW_FIELD_ROUTEROS on, others
 */
enum traffic_flow_field {
	TRAFFIC_FLOW_FIELD_BYTES,
	TRAFFIC_FLOW_FIELD_DST_ADDRESS,
	TRAFFIC_FLOW_FIELD_DST_ADDRESS_MASK,
	TRAFFIC_FLOW_FIELD_DST_MAC_ADDRESS,
	TRAFFIC_FLOW_FIELD_DST_PORT,
	TRAFFIC_FLOW_FIELD_FIRST_FORWARDED,
	TRAFFIC_FLOW_FIELD_GATEWAY,
	TRAFFIC_FLOW_FIELD_ICMP_CODE,
	TRAFFIC_FLOW_FIELD_ICMP_TYPE,
	TRAFFIC_FLOW_FIELD_IGMP_TYPE,
	TRAFFIC_FLOW_FIELD_IN_INTERFACE,
	TRAFFIC_FLOW_FIELD_IP_HEADER_LENGTH,
	TRAFFIC_FLOW_FIELD_IP_TOTAL_LENGTH,
	TRAFFIC_FLOW_FIELD_IPV6_FLOW_LABEL,
	TRAFFIC_FLOW_FIELD_IS_MULTICAST,
	TRAFFIC_FLOW_FIELD_LAST_FORWARDED,
	TRAFFIC_FLOW_FIELD_NAT_DST_ADDRESS,
	TRAFFIC_FLOW_FIELD_NAT_DST_PORT,
	TRAFFIC_FLOW_FIELD_NAT_EVENTS,
	TRAFFIC_FLOW_FIELD_NAT_SRC_ADDRESS,
	TRAFFIC_FLOW_FIELD_NAT_SRC_PORT,
	TRAFFIC_FLOW_FIELD_OUT_INTERFACE,
	TRAFFIC_FLOW_FIELD_PACKETS,
	TRAFFIC_FLOW_FIELD_PROTOCOL,
	TRAFFIC_FLOW_FIELD_SRC_ADDRESS,
	TRAFFIC_FLOW_FIELD_SRC_ADDRESS_MASK,
	TRAFFIC_FLOW_FIELD_SRC_MAC_ADDRESS,
	TRAFFIC_FLOW_FIELD_SRC_PORT,
	TRAFFIC_FLOW_FIELD_SYS_INIT_TIME,
	TRAFFIC_FLOW_FIELD_TCP_ACK_NUM,
	TRAFFIC_FLOW_FIELD_TCP_FLAGS,
	TRAFFIC_FLOW_FIELD_TCP_SEQ_NUM,
	TRAFFIC_FLOW_FIELD_TCP_WINDOW_SIZE,
	TRAFFIC_FLOW_FIELD_TOS,
	TRAFFIC_FLOW_FIELD_TTL,
	TRAFFIC_FLOW_FIELD_UDP_LENGTH,

	TRAFFIC_FLOW_FIELD_ROUTEROS,
	TRAFFIC_FLOW_FIELD_DOT1Q_CUSTOMER_VLAN_ID = TRAFFIC_FLOW_FIELD_ROUTEROS,
	TRAFFIC_FLOW_FIELD_DOT1Q_VLAN_ID,
	TRAFFIC_FLOW_FIELD_FLOW_DIRECTION,
	TRAFFIC_FLOW_FIELD_FLOW_END_REASON,
	TRAFFIC_FLOW_FIELD_FLOW_ID,
	TRAFFIC_FLOW_FIELD_IN_VRF,
	TRAFFIC_FLOW_FIELD_IPV6_EXTENSION_HEADERS,
	TRAFFIC_FLOW_FIELD_OUT_VRF,
	TRAFFIC_FLOW_FIELD_POST_VLAN_ID,
	TRAFFIC_FLOW_FIELD_VLAN_ID,
	TRAFFIC_FLOW_FIELD_FORWARDING_STATUS,
	TRAFFIC_FLOW_FIELD_FRAGMENT_ID,
	TRAFFIC_FLOW_FIELD_IPV4_OPTIONS,
	TRAFFIC_FLOW_FIELD_MAX_LENGTH,
	TRAFFIC_FLOW_FIELD_MAX_TTL,
	TRAFFIC_FLOW_FIELD_MIN_LENGTH,
	TRAFFIC_FLOW_FIELD_MIN_TTL,
	TRAFFIC_FLOW_FIELD_TCP_OPTIONS,

	__TRAFFIC_FLOW_FIELD_MAX,
	TRAFFIC_FLOW_FIELD_MAX = __TRAFFIC_FLOW_FIELD_MAX - 1
};

#endif /* _UAPI_LINUX_TRAFFIC_FLOW_H */
