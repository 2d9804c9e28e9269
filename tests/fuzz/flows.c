// SPDX-License-Identifier: GPL-2.0
/*
 * A flow cache of two tables and all four formats, driven by an input's octets:
 * packets, time, and all that the worker does, in any order. The books agree at
 * the end, and every datagram is what its format says: table.c, wheel.c,
 * pool.c, fold.c, sampling.c, record.c, fields.c, encode*.c.
 *
 * Nobody takes the memory's word for what a datagram holds: each is written
 * twice, over different octets, and has to be the same.
 */
#include <linux/traffic_flow.h>
#include "count.h"
#include "encode.h"
#include "encode_options.h"
#include "fold.h"
#include "input.h"
#include "moment.h"
#include "pdu.h"
#include "sampling.h"

#define FUZZ_TABLES	2
#define FUZZ_FORMATS	4
#define FUZZ_OPS_MAX	4096

/**
 * struct fuzz_books - what went in and what came out
 * @packets: packets, @bytes: their octets
 * @records: flows
 */
struct fuzz_books {
	u64 packets;
	u64 bytes;
	u64 records;
};

struct fuzz_exporter {
	struct tf_session session[2];
	struct tf_pdu pdu[2];
	bool open;
	u16 max;
	u64 records;
	u64 skipped;
};

struct fuzz_cache {
	struct tf_pool pool;
	struct tf_table table[FUZZ_TABLES];
	struct tf_table *peer[FUZZ_TABLES];
	struct tf_chain ended;
	struct tf_sampler sampler;
	struct fuzz_books in;
	struct fuzz_books out;
	u64 created;
	u32 now;
	u64 boot_ms;
	struct fuzz_exporter exporter[FUZZ_FORMATS];
};

bool fuzz_no_memory;
u32 jiffies;
u64 fuzz_boot_ns;

bool tf_can_afford(u64 octets)
{
	return true;
}

static u16 fuzz_record_len(const struct tf_session *session, u16 set)
{
	if (set == session->ipv4.id)
		return session->ipv4.record_len;
	assert(set == session->ipv6.id);
	return session->ipv6.record_len;
}

/* Return: how many records a set of data has. */
static u32 fuzz_judge_data(const struct tf_session *session, const u8 *set,
			   u16 len)
{
	u16 each = fuzz_record_len(session, get_unaligned_be16(set));
	u16 rest = (len - 4) % each;

	assert(len - 4 >= each && rest < 4);
	while (rest)
		assert(!set[len - rest--]);
	return (len - 4) / each;
}

/* Sets follow each other without a gap, and are all that there is. */
static void fuzz_judge_sets(const struct tf_session *session,
			    const struct tf_pdu *pdu, u16 at, u64 templates)
{
	u32 records = 0;

	while (at < pdu->len) {
		u16 len = get_unaligned_be16(pdu->data + at + 2);

		assert(len >= 4 && len <= pdu->len - at);
		if (get_unaligned_be16(pdu->data + at) >= 256)
			records += fuzz_judge_data(session, pdu->data + at, len);
		else
			assert(pdu->templates == templates);
		at += len;
	}
	assert(at == pdu->len && records == pdu->records);
}

static void fuzz_judge_pdu(const struct fuzz_exporter *exporter,
			   const struct tf_session *session,
			   const struct tf_pdu *pdu)
{
	u16 version = get_unaligned_be16(pdu->data);
	u16 count = get_unaligned_be16(pdu->data + 2);

	assert(version == session->format->version);
	assert(pdu->len <= exporter->max && pdu->len <= TF_PDU_MAX);
	switch (version) {
	case TRAFFIC_FLOW_VERSION_1:
		assert(count == pdu->records && pdu->len == 16 + 48 * count);
		break;
	case TRAFFIC_FLOW_VERSION_5:
		assert(count == pdu->records && pdu->len == 24 + 48 * count);
		break;
	case TRAFFIC_FLOW_VERSION_9:
		assert(count == pdu->records + pdu->templates);
		fuzz_judge_sets(session, pdu, 20, 2);
		break;
	default:
		assert(count == pdu->len);
		fuzz_judge_sets(session, pdu, 16, 2);
	}
}

static void fuzz_clock(const struct fuzz_cache *cache, struct tf_clock *clock)
{
	clock->boot_ns = cache->boot_ms * NSEC_PER_MSEC;
	clock->epoch_ns = 1700000000ULL * NSEC_PER_SEC;
}

static void fuzz_finish(const struct fuzz_cache *cache,
			struct fuzz_exporter *exporter)
{
	struct tf_clock clock;
	int i;

	fuzz_clock(cache, &clock);
	for (i = 0; i < 2; i++)
		exporter->session[i].format->finish(&exporter->pdu[i],
						    &exporter->session[i],
						    &clock);
	assert(exporter->pdu[0].len == exporter->pdu[1].len);
	assert(!memcmp(exporter->pdu[0].data, exporter->pdu[1].data,
		       exporter->pdu[0].len));
	fuzz_judge_pdu(exporter, &exporter->session[0], &exporter->pdu[0]);
	exporter->open = false;
}

static void fuzz_begin(const struct fuzz_cache *cache,
		       struct fuzz_exporter *exporter)
{
	struct tf_clock clock;
	int i;

	fuzz_clock(cache, &clock);
	for (i = 0; i < 2; i++) {
		memset(&exporter->pdu[i], i ? 0x55 : 0xaa,
		       sizeof(exporter->pdu[i]));
		tf_pdu_begin(&exporter->pdu[i], &exporter->session[i],
			     exporter->max, &clock);
	}
	exporter->open = true;
}

static bool fuzz_add(struct fuzz_exporter *exporter,
		     const struct tf_record *record)
{
	bool done[2];
	int i;

	for (i = 0; i < 2; i++)
		done[i] = exporter->session[i].format->add(&exporter->pdu[i],
							   &exporter->session[i],
							   record);
	assert(done[0] == done[1]);
	return done[0];
}

static void fuzz_export(const struct fuzz_cache *cache,
			struct fuzz_exporter *exporter,
			const struct tf_record *record)
{
	if (record->family == NFPROTO_IPV6 &&
	    !exporter->session[0].format->ipv6) {
		exporter->skipped++;
		return;
	}
	exporter->records++;
	if (!exporter->open)
		fuzz_begin(cache, exporter);
	if (fuzz_add(exporter, record))
		return;
	fuzz_finish(cache, exporter);
	fuzz_begin(cache, exporter);
	/* There is room for one in any datagram. */
	assert(fuzz_add(exporter, record));
}

static void fuzz_judge_record(const struct fuzz_cache *cache,
			      const struct tf_record *record)
{
	assert(record->first_ms <= record->last_ms);
	assert(record->last_ms <= cache->boot_ms);
	assert(record->end_reason >= TF_END_IDLE &&
	       record->end_reason <= TF_END_RESOURCES);
	assert(record->packets && record->bytes >= record->packets);
	assert(record->bytes <= cache->table[0].rules.bytes_max);
}

static void fuzz_record(struct fuzz_cache *cache, u32 index)
{
	const struct tf_moment now = {
		.jiffies = cache->now, .boot_ms = cache->boot_ms,
	};
	struct tf_record record, other;
	int i;

	memset(&record, 0xaa, sizeof(record));
	memset(&other, 0x55, sizeof(other));
	tf_record_of_flow(&record, &cache->pool, index, &now);
	tf_record_of_flow(&other, &cache->pool, index, &now);
	assert(!memcmp(&record, &other, sizeof(record)));
	fuzz_judge_record(cache, &record);
	cache->out.packets += record.packets;
	cache->out.bytes += record.bytes;
	cache->out.records++;
	for (i = 0; i < FUZZ_FORMATS; i++)
		fuzz_export(cache, &cache->exporter[i], &record);
}

/* What the worker does with flows that have ended. */
static void fuzz_collect(struct fuzz_cache *cache, struct tf_table *table)
{
	struct tf_stock freed = {};
	struct tf_lost lost;
	u32 index;

	memset(&lost, 0xaa, sizeof(lost));
	tf_table_take_ended(table, &cache->ended, &lost);
	cache->out.packets += lost.packets;
	cache->out.bytes += lost.bytes;
	while (cache->ended.count) {
		index = cache->ended.head;
		cache->ended.head = cache->pool.flow[index].next;
		cache->ended.count--;
		if (cache->pool.flow[index].packets)
			fuzz_record(cache, index);
		tf_pool_put(&cache->pool, &freed, index);
	}
	assert(!cache->ended.head);
	tf_pool_put_all(&cache->pool, &freed);
}

static void fuzz_addresses(struct tf_packet *pkt, u8 which)
{
	memset(&pkt->src, 0xa0 | (which & 3), sizeof(pkt->src));
	memset(&pkt->dst, 0xe0 | (which >> 2 & 3), sizeof(pkt->dst));
	if (pkt->family == NFPROTO_IPV6 && which & 8)
		pkt->dst.ip6.s6_addr[0] = 0xff;
}

static void fuzz_packet(struct fuzz_input *input, struct tf_packet *pkt)
{
	static const u8 protos[] = {
		IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ICMPV6,
		IPPROTO_IGMP, IPPROTO_SCTP, IPPROTO_GRE, 255,
	};
	u8 kind = fuzz_u8(input);

	pkt->family = kind & 1 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	pkt->proto = protos[kind >> 1 & 7];
	pkt->flags = kind >> 6;
	fuzz_addresses(pkt, fuzz_u8(input));
	pkt->ports = kind & 0x10 ? fuzz_u16(input) : 0x35001234;
	pkt->tcp_flags = pkt->proto == IPPROTO_TCP ? fuzz_u8(input) : 0;
	pkt->packets = kind & 0x20 ? fuzz_u16(input) + 1 : 1;
	pkt->bytes = 20 * pkt->packets + (kind & 0x20 ? fuzz_u32(input) >> 1 :
					  fuzz_u8(input));
	pkt->thoff = 20;
}

static void fuzz_origin(u8 how, struct tf_origin *origin)
{

	/* What is not done says nothing. */
	memset(origin, how & 2 ? 0xaa : 0x55, sizeof(*origin));
	origin->nat.done = how & 1;
	origin->nat.early = how & 2;
}

static void fuzz_count(struct fuzz_cache *cache, struct fuzz_input *input,
		       struct tf_table *table)
{
	struct tf_origin origin;
	struct tf_packet pkt;
	u32 taken, hash;
	u8 how;

	fuzz_packet(input, &pkt);
	how = fuzz_u8(input);
	fuzz_origin(how, &origin);
	taken = tf_sampler_take(&cache->sampler, pkt.packets);
	assert(taken <= pkt.packets);
	if (!taken)
		return;
	pkt.bytes = (u64)pkt.bytes * taken / pkt.packets;
	pkt.packets = taken;
	cache->in.packets += pkt.packets;
	cache->in.bytes += pkt.bytes;
	hash = tf_table_hash(table, &pkt);
	fuzz_no_memory = how & 4;
	if (tf_table_count(table, &pkt, hash, cache->now) == TF_COUNTED_NOT)
		tf_table_begin(table, &pkt, hash, cache->now, &origin);
	fuzz_no_memory = false;
	if (origin.nat.done)
		tf_table_translate(table, &pkt, hash, &origin.nat);
}

/* With its first and its last packet far apart there are no moments between. */
static void fuzz_wait(struct fuzz_cache *cache, u32 ticks)
{
	cache->now += ticks;
	cache->boot_ms += jiffies_to_msecs(ticks);
}

static void fuzz_expire_all(struct fuzz_cache *cache)
{
	int i;

	for (i = 0; i < FUZZ_TABLES; i++) {
		while (tf_table_expire(&cache->table[i], cache->now, 64))
			continue;
		fuzz_collect(cache, &cache->table[i]);
	}
}

static void fuzz_templates(struct fuzz_cache *cache)
{
	int i, j;

	for (i = 0; i < FUZZ_FORMATS; i++) {
		struct fuzz_exporter *exporter = &cache->exporter[i];

		if (!exporter->session[0].format->templates)
			continue;
		if (exporter->open)
			fuzz_finish(cache, exporter);
		fuzz_begin(cache, exporter);
		for (j = 0; j < 2; j++)
			exporter->session[j].format->put_templates(
				&exporter->pdu[j], &exporter->session[j]);
		fuzz_finish(cache, exporter);
	}
}

static void fuzz_headless(struct fuzz_cache *cache, struct tf_table *table,
			  u8 octets)
{
	cache->in.packets++;
	cache->in.bytes += octets;
	tf_table_count_headless(table, octets, cache->now);
}

static void fuzz_op(struct fuzz_cache *cache, struct fuzz_input *input)
{
	u8 op = fuzz_u8(input);
	struct tf_table *table = &cache->table[op & 1];

	switch (op >> 1 & 15) {
	case 0:
		/* The worker comes each second, and is never a day late. */
		fuzz_wait(cache, fuzz_u16(input));
		fuzz_expire_all(cache);
		break;
	case 1:
		fuzz_wait(cache, fuzz_u8(input) * HZ * 256);
		fuzz_expire_all(cache);
		break;
	case 2:
		tf_table_expire(table, cache->now, fuzz_u8(input));
		break;
	case 3:
		tf_table_end_all(table, fuzz_u8(input));
		break;
	case 4:
		tf_table_relieve(table, cache->now, fuzz_u8(input));
		break;
	case 5:
		fuzz_collect(cache, table);
		break;
	case 6:
		fuzz_templates(cache);
		break;
	case 7:
		fuzz_headless(cache, table, fuzz_u8(input));
		break;
	case 8:
		table->pressed = op & 0x80;
		break;
	default:
		fuzz_count(cache, input, table);
	}
}

static void fuzz_make_exporter(struct fuzz_exporter *exporter, u16 version,
			       u16 max, u64 fields, u8 timestamps)
{
	int i;

	exporter->max = max;
	for (i = 0; i < 2; i++) {
		struct tf_session *session = &exporter->session[i];

		memset(session, i ? 0x55 : 0xaa, sizeof(*session));
		session->format = tf_format_of(version);
		session->sequence = U32_MAX;
		session->domain = 1;
		session->sampling = fields & 0xffff;
		if (version == TRAFFIC_FLOW_VERSION_9) {
			tf_template_v9(&session->ipv4, NFPROTO_IPV4);
			tf_template_v9(&session->ipv6, NFPROTO_IPV6);
		} else {
			tf_template_ipfix(&session->ipv4, NFPROTO_IPV4, fields,
					  timestamps, fields);
			tf_template_ipfix(&session->ipv6, NFPROTO_IPV6, fields,
					  timestamps, fields);
		}
	}
}

static void fuzz_make(struct fuzz_cache *cache, struct fuzz_input *input)
{
	static const u16 versions[] = { 1, 5, 9, 10 };
	u8 how = fuzz_u8(input);
	const struct tf_rules rules = {
		.active = (fuzz_u16(input) + 1) * HZ,
		.inactive = (fuzz_u8(input) + 1) * HZ,
		.bytes_max = how & 1 ? U32_MAX : BIT_ULL(36),
	};
	/* A collision in each bucket, or in some, or in the whole hash. */
	const hsiphash_key_t key = { { how, how & 2 ? 0xff000001 :
				       how & 4 ? 0 : U32_MAX } };
	u64 fields = fuzz_u64(input);
	u16 max = TF_PDU_MIN + fuzz_u16(input) % 989;
	int i;

	memset(cache, 0, sizeof(*cache));
	cache->now = fuzz_u32(input);
	cache->boot_ms = 20000000000 + fuzz_u32(input);
	cache->sampler.interval = 1 + (how >> 4);
	cache->sampler.space = how & 8 ? 3 : 0;
	assert(!tf_pool_init(&cache->pool, 64, FUZZ_TABLES));
	if (how & 0x40)
		assert(!tf_pool_want_each(&cache->pool));
	for (i = 0; i < FUZZ_TABLES; i++) {
		assert(!tf_table_init(&cache->table[i], &cache->pool, 64, 0,
				      &key, &rules));
		cache->peer[i] = &cache->table[i];
		cache->table[i].peer = cache->peer;
		cache->table[i].peers = FUZZ_TABLES;
	}
	for (i = 0; i < FUZZ_FORMATS; i++)
		fuzz_make_exporter(&cache->exporter[i], versions[i], max,
				   fields, how >> 3 & 1);
}

static void fuzz_judge(struct fuzz_cache *cache)
{
	struct tf_counters seen = {};
	int i;

	for (i = 0; i < FUZZ_TABLES; i++) {
		tf_table_seen(&cache->table[i], &seen);
		assert(!cache->table[i].active && !cache->table[i].wheel.count);
		tf_pool_put_all(&cache->pool, &cache->table[i].stock);
	}
	assert(seen.packets == cache->in.packets);
	assert(seen.bytes == cache->in.bytes);
	assert(cache->out.packets == cache->in.packets);
	assert(cache->out.bytes == cache->in.bytes);
	assert(cache->out.records == seen.created);
	assert(cache->pool.available == cache->pool.total);
	for (i = 0; i < FUZZ_FORMATS; i++)
		assert(cache->exporter[i].records + cache->exporter[i].skipped ==
		       cache->out.records);
}

static void fuzz_end(struct fuzz_cache *cache)
{
	int i;

	for (i = 0; i < FUZZ_TABLES; i++) {
		while (tf_table_end_all(&cache->table[i], 64))
			continue;
		fuzz_collect(cache, &cache->table[i]);
	}
	for (i = 0; i < FUZZ_FORMATS; i++)
		if (cache->exporter[i].open)
			fuzz_finish(cache, &cache->exporter[i]);
	fuzz_judge(cache);
	for (i = 0; i < FUZZ_TABLES; i++)
		tf_table_destroy(&cache->table[i]);
	tf_pool_destroy(&cache->pool);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	static struct fuzz_cache cache;
	struct fuzz_input input = { .at = data, .len = len };
	int ops = FUZZ_OPS_MAX;

	fuzz_make(&cache, &input);
	while (input.len && ops--)
		fuzz_op(&cache, &input);
	fuzz_end(&cache);
	return 0;
}
