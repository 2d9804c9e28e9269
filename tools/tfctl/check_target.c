// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "array.h"
#include "check.h"
#include "state.h"

#define NAME_SIZE	(2 * VALUE_SIZE)

static socklen_t socket_address(const struct address *address, uint32_t port,
				struct sockaddr_storage *to)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;
	struct sockaddr_in *in = (struct sockaddr_in *)to;

	memset(to, 0, sizeof(*to));
	to->ss_family = address->family;
	if (address->family == AF_INET) {
		in->sin_addr = address->v4;
		in->sin_port = htons(port);
		return sizeof(*in);
	}
	in6->sin6_addr = address->v6;
	in6->sin6_port = htons(port);
	return sizeof(*in6);
}

/* Goes as far as the kernel's own socket would without sending. An errno. */
static int try_way(const struct target *target)
{
	int fd = socket(target->dst.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage to;
	socklen_t length;
	int ret = 0;

	if (fd < 0)
		return errno;
	if (target->mark &&
	    setsockopt(fd, SOL_SOCKET, SO_MARK, &target->mark,
		       sizeof(target->mark)))
		ret = errno;
	if (!ret && *target->interface &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, target->interface,
		       strlen(target->interface)))
		ret = errno;
	if (!ret && !address_is_any(&target->src)) {
		length = socket_address(&target->src, 0, &to);
		if (bind(fd, (struct sockaddr *)&to, length))
			ret = errno;
	}
	length = socket_address(&target->dst, target->port, &to);
	if (!ret && connect(fd, (struct sockaddr *)&to, length))
		ret = errno;
	close(fd);
	return ret;
}

static const char *advice_for(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "nothing listens at that port: start the collector, or correct port=";
	case ENETUNREACH:
		return "there is no route: 'ip route get' with the address shows why";
	case EHOSTUNREACH:
		return "the collector's host does not answer, or a firewall rejects: try to ping it";
	case EADDRNOTAVAIL:
		return "no interface has the src-address: correct it, or set it to 0.0.0.0 or ::";
	case ENODEV:
		return "there is no such interface: correct interface=";
	case EPERM:
		return "a firewall rule of the output chain drops it: allow UDP to the collector";
	case EMSGSIZE:
		return "the path takes less than a datagram has: set mtu=";
	case EAGAIN:
	case ENOBUFS:
		return "more is exported than the interface can send";
	}
	return "the kernel's log says more: 'dmesg | grep traffic_flow'";
}

/* An ordinary user may not choose marks and, on old kernels, devices. */
static void check_route(struct report *to, const struct target *target,
			const char *name)
{
	int error = try_way(target);

	if (error == EPERM || error == EACCES)
		report(to, "route", FINDING_NOTE, "run this as root",
		       "%s: cannot be looked for", name);
	else if (error)
		report(to, "route", FINDING_WRONG, advice_for(error), "%s: %s",
		       name, strerror(error));
	else
		report(to, "route", FINDING_OK, NULL, "%s: there is one", name);
}

static void check_up(struct report *to, const struct target *target,
		     size_t number, const char *name)
{
	bool templates = target->version == TRAFFIC_FLOW_VERSION_9 ||
			 target->version == TRAFFIC_FLOW_VERSION_IPFIX;
	char anew[128];

	snprintf(anew, sizeof(anew),
		 "'tfctl target disable %zu' and 'tfctl target enable %zu' begin anew",
		 number, number);

	if (target->state == TRAFFIC_FLOW_TARGET_DOWN)
		report(to, "target", FINDING_WRONG,
		       advice_for(target->last_error), "%s is down: %s", name,
		       strerror(target->last_error));
	else if (target->packets)
		report(to, "target", FINDING_OK, NULL,
		       "%s is up: %llu datagrams%s, %llu records", name,
		       (unsigned long long)target->packets,
		       templates ? " with the templates" : "",
		       (unsigned long long)target->records);
	else if (templates)
		report(to, "target", FINDING_WRONG, anew,
		       "%s: no templates were sent yet", name);
	else
		report(to, "target", FINDING_OK, NULL,
		       "%s: nothing was to be sent yet", name);
}

static void check_losses(struct report *to, const struct target *target,
			 const char *name)
{
	if (target->lost)
		report(to, "target", FINDING_NOTE, target->last_error ?
		       advice_for(target->last_error) :
		       "'tfctl monitor' tells when it is down; if it is not, more is exported than can be sent",
		       "%s: %llu records were lost", name,
		       (unsigned long long)target->lost);
	if (target->skipped)
		report(to, "target", FINDING_NOTE,
		       "version=9 or version=IPFIX has them",
		       "%s: %llu IPv6 flows, which its version cannot have", name,
		       (unsigned long long)target->skipped);
}

static void name_target(const struct target *target, char *name)
{
	char address[VALUE_SIZE];

	format_address(&target->dst, address);
	snprintf(name, NAME_SIZE, target->dst.family == AF_INET ?
		 "%s:%u" : "[%s]:%u", address, target->port);
}

void check_targets(struct report *to, const struct state *state)
{
	const struct targets *targets = &state->targets;
	const struct target *target;
	unsigned int enabled = 0;
	char name[NAME_SIZE];
	size_t i;

	for (i = 0; i < targets->count; i++)
		enabled += !targets->list[i].disabled;
	if (!enabled)
		report(to, "target", FINDING_WRONG, targets->count ?
		       "'tfctl target enable 0' sends to the first one again" :
		       "'tfctl target add dst-address=IP port=PORT' adds a collector",
		       targets->count ? "all targets are disabled" :
					"there is none: records go to nobody");
	for (i = 0; i < targets->count; i++) {
		target = &targets->list[i];
		name_target(target, name);
		if (target->disabled) {
			if (enabled)
				report(to, "target", FINDING_NOTE, NULL,
				       "%s is disabled", name);
			continue;
		}
		check_route(to, target, name);
		if (state->settings.enabled)
			check_up(to, target, i, name);
		check_losses(to, target, name);
	}
}
