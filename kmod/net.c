// SPDX-License-Identifier: GPL-2.0
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include "event.h"
#include "hooks.h"
#include "net.h"
#include "target.h"
#include "worker.h"

static unsigned int tf_net_id __read_mostly;

struct tf_net *tf_net_of(const struct net *net)
{
	return net_generic(net, tf_net_id);
}

bool tf_net_is_hosts(const struct tf_net *tn)
{
	return tn->net->user_ns == &init_user_ns;
}

struct tf_cache *tf_net_cache(struct tf_net *tn)
{
	return rcu_dereference_protected(tn->cache, lockdep_is_held(&tn->lock));
}

static u16 tf_net_wants(const struct tf_net *tn, const struct tf_config *config)
{
	const struct tf_target *target;
	u16 want = 0;

	list_for_each_entry(target, &tn->targets, list)
		want |= tf_target_wants(&target->config, config->ipfix_fields);
	return want;
}

static void tf_net_start_targets(struct tf_net *tn)
{
	struct tf_target *target;

	list_for_each_entry(target, &tn->targets, list)
		tf_target_start(target);
}

static void tf_net_stop_targets(struct tf_net *tn)
{
	struct tf_target *target;

	list_for_each_entry(target, &tn->targets, list)
		tf_target_stop(target);
}

/* Export what the former cache holds, and forget it. */
static void tf_net_retire(struct tf_net *tn, struct tf_cache *cache)
{
	if (!cache)
		return;
	tn->retiring = cache;
	tf_worker_drain(tn, cache);
	tn->retiring = NULL;
	tf_cache_seen(cache, &tn->past);
	tf_cache_destroy(cache);
}

static int tf_net_watch(struct tf_net *tn, u16 want)
{
	int ret = 0;

	if (want & TF_WANT_NAT)
		ret = tf_hooks_watch_nat(tn, true);
	if (!ret && (want & TF_WANT_FATE))
		ret = tf_hooks_watch_fate(tn, true);
	if (!ret && (want & TF_WANT_NAT_EVENTS))
		ret = tf_hooks_watch_connections(tn, true);
	return ret;
}

static void tf_net_unwatch(struct tf_net *tn, u16 want)
{
	if (!(want & TF_WANT_NAT))
		tf_hooks_watch_nat(tn, false);
	if (!(want & TF_WANT_FATE))
		tf_hooks_watch_fate(tn, false);
	if (!(want & TF_WANT_NAT_EVENTS))
		tf_hooks_watch_connections(tn, false);
}

/* All that can fail before packets may find @cache; if it does, as it was. */
static int tf_net_get_ready(struct tf_net *tn, const struct tf_config *config,
			    const struct tf_cache *cache)
{
	u16 watched = (tn->nat_hooks ? TF_WANT_NAT : 0) |
		      (tn->fate_hooks ? TF_WANT_FATE : 0) |
		      (tn->connection_hooks ? TF_WANT_NAT_EVENTS : 0);
	int ret;

	ret = tf_net_watch(tn, cache->want);
	if (!ret)
		ret = tf_interfaces_set(&tn->interfaces, tn->net, config);
	if (!ret)
		ret = tf_hooks_register(tn);
	if (!ret)
		return 0;

	tf_net_unwatch(tn, watched);
	/* Nobody has asked for what was seen meanwhile. */
	if (!(watched & TF_WANT_NAT_EVENTS))
		tf_nat_log_forget(&tn->nat_log);
	/* While there is a cache, the hooks are there, and cannot fail. */
	if (!tf_net_cache(tn))
		tf_interfaces_set(&tn->interfaces, tn->net, NULL);
	return ret;
}

/* Packets find @cache from now on, and the one before no more. */
static int tf_net_switch(struct tf_net *tn, const struct tf_config *config,
			 struct tf_cache *cache)
{
	struct tf_cache *old = tf_net_cache(tn);
	int ret;

	ret = tf_net_get_ready(tn, config, cache);
	if (ret)
		return ret;
	rcu_assign_pointer(tn->cache, cache);
	tn->caches++;
	if (!old)
		return 0;
	synchronize_net();
	/* Not before: the flows of the former cache are not dropped. */
	tf_net_unwatch(tn, cache->want);
	tf_net_retire(tn, old);
	if (!(cache->want & TF_WANT_NAT_EVENTS))
		tf_worker_end_nat(tn);
	return 0;
}

static int tf_net_enable(struct tf_net *tn, const struct tf_config *config,
			 u16 want)
{
	struct tf_cache *cache = tf_net_cache(tn);
	int ret;

	if (cache && cache->want == want &&
	    tf_config_meters_alike(tn->config, config))
		return tf_interfaces_set(&tn->interfaces, tn->net, config);

	cache = tf_cache_create(config, want);
	if (!cache)
		return -ENOMEM;
	ret = tf_net_switch(tn, config, cache);
	if (ret) {
		tf_cache_destroy(cache);
		return ret;
	}
	tf_worker_start(tn);
	return 0;
}

static void tf_net_disable(struct tf_net *tn)
{
	struct tf_cache *cache = tf_net_cache(tn);

	if (!cache)
		return;
	tf_hooks_unregister(tn);
	RCU_INIT_POINTER(tn->cache, NULL);
	tn->caches++;
	tf_interfaces_set(&tn->interfaces, tn->net, NULL);
	tf_net_retire(tn, cache);
	tf_worker_end_nat(tn);
	tf_net_stop_targets(tn);
}

static void tf_net_retemplate(struct tf_net *tn)
{
	struct tf_target *target;

	tn->generation++;
	list_for_each_entry(target, &tn->targets, list)
		tf_target_retemplate(target);
}

static void tf_net_announce(struct tf_net *tn)
{
	struct tf_target *target;

	list_for_each_entry(target, &tn->targets, list)
		tf_target_announce(target);
}

int tf_net_apply(struct tf_net *tn, struct tf_config *config)
{
	struct tf_config *old = tn->config;
	int ret;

	lockdep_assert_held(&tn->lock);
	if (config->enabled) {
		ret = tf_net_enable(tn, config, tf_net_wants(tn, config));
		if (ret)
			return ret;
	} else {
		tf_net_disable(tn);
	}
	tn->config = config;
	if (old->ipfix_fields != config->ipfix_fields ||
	    old->timestamps != config->timestamps)
		tf_net_retemplate(tn);
	if (old->packet_sampling != config->packet_sampling ||
	    old->sampling_interval != config->sampling_interval ||
	    old->sampling_space != config->sampling_space)
		tf_net_announce(tn);
	if (config->enabled)
		tf_net_start_targets(tn);
	kfree(old);
	tf_event(tn, TRAFFIC_FLOW_EVENT_CONFIG);
	return 0;
}

/*
 * Let flows know from now on what the targets will export once @target has
 * @config: NULL if it is going. Flows that do not know it go out before.
 */
static int tf_net_prepare(struct tf_net *tn, const struct tf_target *target,
			  const struct tf_target_config *config)
{
	u64 fields = tn->config->ipfix_fields;
	const struct tf_target *other;
	u16 want = 0;

	lockdep_assert_held(&tn->lock);
	if (!tn->config->enabled)
		return 0;
	list_for_each_entry(other, &tn->targets, list)
		if (other != target)
			want |= tf_target_wants(&other->config, fields);
	if (config)
		want |= tf_target_wants(config, fields);
	return tf_net_enable(tn, tn->config, want);
}

int tf_net_add_target(struct tf_net *tn, struct tf_target *target)
{
	int ret = tf_net_prepare(tn, target, &target->config);

	if (ret)
		return ret;
	tn->edits++;
	tn->last_id = target->id;
	tn->target_count++;
	list_add_tail(&target->list, &tn->targets);
	tf_event_target(target, TRAFFIC_FLOW_EVENT_TARGET_ADDED);
	if (tn->config->enabled)
		tf_target_start(target);
	return 0;
}

int tf_net_set_target(struct tf_net *tn, struct tf_target *target,
		      const struct tf_target_config *config)
{
	int ret = tf_net_prepare(tn, target, config);

	if (ret)
		return ret;
	tn->edits++;
	tf_target_set(target, config);
	tf_event_target(target, TRAFFIC_FLOW_EVENT_TARGET_CHANGED);
	if (tn->config->enabled)
		tf_target_start(target);
	return 0;
}

void tf_net_del_target(struct tf_net *tn, struct tf_target *target)
{
	/* Flows that know more than anybody wants do no harm. */
	tf_net_prepare(tn, target, NULL);
	tn->edits++;
	list_del(&target->list);
	tn->target_count--;
	tf_event_target(target, TRAFFIC_FLOW_EVENT_TARGET_REMOVED);
	tf_target_destroy(target);
}

static int __net_init tf_net_begin(struct net *net)
{
	struct tf_net *tn = tf_net_of(net);

	tn->config = kmalloc(sizeof(*tn->config), GFP_KERNEL_ACCOUNT);
	if (!tn->config)
		return -ENOMEM;
	tf_config_default(tn->config);
	tn->net = net;
	tn->edits = 1;
	mutex_init(&tn->lock);
	INIT_LIST_HEAD(&tn->targets);
	tf_interfaces_init(&tn->interfaces);
	tf_nat_log_init(&tn->nat_log, TF_NAT_LOG_MAX);
	tf_worker_setup(tn);
	return 0;
}

/*
 * While the namespace's interfaces are still there: flows can still be sent. All
 * other namespaces that go wait meanwhile.
 */
static void __net_exit tf_net_pre_exit(struct net *net)
{
	struct tf_net *tn = tf_net_of(net);

	/* The worker may be waiting, with the lock held. */
	WRITE_ONCE(tn->hasty, !tf_net_is_hosts(tn));
	mutex_lock(&tn->lock);
	tf_net_disable(tn);
	mutex_unlock(&tn->lock);
	tf_worker_stop(tn);
}

static void __net_exit tf_net_end(struct net *net)
{
	struct tf_net *tn = tf_net_of(net);
	struct tf_target *target, *next;

	list_for_each_entry_safe(target, next, &tn->targets, list) {
		list_del(&target->list);
		tf_target_destroy(target);
	}
	tf_interfaces_exit(&tn->interfaces);
	mutex_destroy(&tn->lock);
	kfree(tn->config);
}

static struct pernet_operations tf_net_ops = {
	.init = tf_net_begin,
	.pre_exit = tf_net_pre_exit,
	.exit = tf_net_end,
	.id = &tf_net_id,
	.size = sizeof(struct tf_net),
};

static int tf_net_device_event(struct notifier_block *nb, unsigned long event,
			       void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct net *net = dev_net(dev);

	switch (event) {
	case NETDEV_REGISTER:
	case NETDEV_CHANGENAME:
		tf_interfaces_changed(&tf_net_of(net)->interfaces, net, dev);
		break;
	case NETDEV_UNREGISTER:
		tf_interfaces_changed(&tf_net_of(net)->interfaces, net, NULL);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block tf_net_devices = {
	.notifier_call = tf_net_device_event,
};

int tf_net_init(void)
{
	int ret;

	ret = register_pernet_subsys(&tf_net_ops);
	if (ret)
		return ret;
	ret = register_netdevice_notifier(&tf_net_devices);
	if (ret)
		unregister_pernet_subsys(&tf_net_ops);
	return ret;
}

void tf_net_exit(void)
{
	unregister_netdevice_notifier(&tf_net_devices);
	unregister_pernet_subsys(&tf_net_ops);
	/* Interface sets are freed after a grace period, by our function. */
	rcu_barrier();
}
