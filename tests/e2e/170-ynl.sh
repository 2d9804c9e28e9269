#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The netlink family, driven by the kernel's own ynl library from
# docs/netlink/traffic_flow.yaml alone, and held against it.
# kernels: fast debug
# cpus: 1
. "$(dirname "$0")/lib.sh"

topology
load
exec "$(dirname "$0")/../netlink/live" "$SOURCE"
