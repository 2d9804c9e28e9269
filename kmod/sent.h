/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was sent to a collector and may yet be refused. Nobody acknowledges a
 * datagram; but hosts and routers say of some that they did not arrive, and
 * quote how they began.
 */
#ifndef TF_SENT_H
#define TF_SENT_H

#include <linux/types.h>

/**
 * struct tf_cargo - what a datagram carries
 * @records: flow records
 * @packets: counted in them
 * @octets: counted in them
 */
struct tf_cargo {
	u32 records;
	u64 packets;
	u64 octets;
};

#define TF_SENT_MAX	32

/* Octets by which datagrams are told apart: those of the shortest header. */
#define TF_SENT_QUOTE	16

/**
 * struct tf_sent - the last datagrams
 * @next: where the next one goes
 * @count: how many there are
 * @refused: the collector's host, or the way to it, refuses them
 * @doubt: carried since it did by datagrams that are no longer in @datagram
 * @datagram: what each carried, and a hash of how it began
 */
struct tf_sent {
	u32 next;
	u32 count;
	bool refused;
	struct tf_cargo doubt;
	struct {
		u32 id;
		struct tf_cargo cargo;
	} datagram[TF_SENT_MAX];
};

/* A datagram has been sent. */
void tf_sent_add(struct tf_sent *sent, const void *data, size_t len,
		 const struct tf_cargo *cargo);

/**
 * tf_sent_refuse - one has not arrived
 * @sent: the last datagrams
 * @quote: how it began
 * @len: octets of that; fewer than %TF_SENT_QUOTE: it was the last
 * @lost: what is lost
 *
 * That is what it carried; while the collector refuses, also what was sent since
 * the one that was refused before.
 */
void tf_sent_refuse(struct tf_sent *sent, const void *quote, size_t len,
		    struct tf_cargo *lost);

/* All that was sent has arrived. */
void tf_sent_forget(struct tf_sent *sent);

#endif /* TF_SENT_H */
