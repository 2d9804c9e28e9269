// SPDX-License-Identifier: GPL-2.0
#include <linux/jhash.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "sent.h"

static void tf_cargo_add(struct tf_cargo *to, const struct tf_cargo *cargo)
{
	to->records += cargo->records;
	to->packets += cargo->packets;
	to->octets += cargo->octets;
}

/* The @back'th before the next one. */
static u32 tf_sent_slot(const struct tf_sent *sent, u32 back)
{
	return (sent->next + TF_SENT_MAX - back) % TF_SENT_MAX;
}

void tf_sent_add(struct tf_sent *sent, const void *data, size_t len,
		 const struct tf_cargo *cargo)
{
	u32 at = sent->next;

	if (sent->count == TF_SENT_MAX) {
		if (sent->refused)
			tf_cargo_add(&sent->doubt, &sent->datagram[at].cargo);
	} else {
		sent->count++;
	}
	sent->datagram[at].id = jhash(data, min_t(size_t, len, TF_SENT_QUOTE), 0);
	sent->datagram[at].cargo = *cargo;
	sent->next = (at + 1) % TF_SENT_MAX;
}

/* How far back the refused one is; 0: it is not here any more. */
static u32 tf_sent_find(const struct tf_sent *sent, const void *quote, size_t len)
{
	u32 back, id;

	if (len < TF_SENT_QUOTE)
		return min(sent->count, 1U);
	id = jhash(quote, TF_SENT_QUOTE, 0);
	for (back = 1; back <= sent->count; back++)
		if (sent->datagram[tf_sent_slot(sent, back)].id == id)
			return back;
	return 0;
}

void tf_sent_refuse(struct tf_sent *sent, const void *quote, size_t len,
		    struct tf_cargo *lost)
{
	u32 back = tf_sent_find(sent, quote, len);

	*lost = (struct tf_cargo){};
	if (!back)
		return;
	if (sent->refused) {
		tf_cargo_add(lost, &sent->doubt);
		for (; sent->count > back; sent->count--)
			tf_cargo_add(lost, &sent->datagram[tf_sent_slot(sent,
							sent->count)].cargo);
	}
	tf_cargo_add(lost, &sent->datagram[tf_sent_slot(sent, back)].cargo);
	sent->count = back - 1;
	sent->doubt = (struct tf_cargo){};
}

void tf_sent_forget(struct tf_sent *sent)
{
	memset(sent, 0, sizeof(*sent));
}
