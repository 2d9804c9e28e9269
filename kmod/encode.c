// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/traffic_flow.h>
#include "encode.h"

/* More than the longest flow, and the time that a datagram may stay open. */
#define TF_UPTIME_PAST_MS	(8ULL * 86400 * MSEC_PER_SEC)
#define TF_UPTIME_AHEAD_MS	(60ULL * MSEC_PER_SEC)

const struct tf_format *tf_format_of(u16 version)
{
	switch (version) {
	case TRAFFIC_FLOW_VERSION_1:
		return &tf_format_v1;
	case TRAFFIC_FLOW_VERSION_5:
		return &tf_format_v5;
	case TRAFFIC_FLOW_VERSION_9:
		return &tf_format_v9;
	case TRAFFIC_FLOW_VERSION_IPFIX:
		return &tf_format_ipfix;
	default:
		return NULL;
	}
}

/*
 * Uptime has 32 bits, that is 49.7 days. Collectors reckon with what stands in
 * one datagram, so in the days after a wrap, as long as flows from before may
 * be in it, uptime is counted from half a period earlier.
 */
static u64 tf_uptime_base(u64 boot_ms)
{
	u64 ahead = boot_ms + TF_UPTIME_AHEAD_MS;
	u64 base = ahead & ~(u64)U32_MAX;

	if (base && ahead - base < TF_UPTIME_PAST_MS)
		base -= BIT_ULL(31);
	return base;
}

void tf_pdu_begin(struct tf_pdu *pdu, const struct tf_session *session,
		  u16 max, const struct tf_clock *clock)
{
	pdu->len = 0;
	pdu->max = min_t(u16, max, TF_PDU_MAX);
	pdu->records = 0;
	pdu->options = 0;
	pdu->templates = 0;
	pdu->set = 0;
	pdu->set_kind = 0;
	pdu->base_ms = tf_uptime_base(div_u64(clock->boot_ns, NSEC_PER_MSEC));
	pdu->epoch_ms = div_u64(clock->epoch_ns, NSEC_PER_MSEC);
	session->format->begin(pdu);
}
