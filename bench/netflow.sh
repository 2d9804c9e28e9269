#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Fetch ipt_NETFLOW from Debian's package and build it for the test kernel:
#
#   netflow.sh OUTPUT       leaves ipt_NETFLOW.ko and libipt_NETFLOW.so there
#
# With the optional features that the package turns on.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=$1
kernel=$("$here/../tests/uml/kernel.sh" fast)
[ ! -e "$out/ipt_NETFLOW.ko" ] || exit 0
rm -rf "$out"
mkdir -p "$out/deb"
. "$here/../tests/uml/apt.sh"
private_apt "$out/apt" sid
private_apt_download "$out/deb" iptables-netflow-dkms
dpkg-deb -x "$out"/deb/iptables-netflow-dkms_*.deb "$out/root"
src=$(echo "$out"/root/usr/src/ipt-netflow-*)
cd "$src"
options=$(sed -n '/^PRE_BUILD=/s/"//gp' dkms.conf | tr ' ' '\n' |
	grep -e '^--enable-' -e '^--promisc-')
# shellcheck disable=SC2086
./configure $options --kdir="$kernel" --kver="$(make -s -C "$kernel" ARCH=um kernelrelease)" \
	>"$out/configure.log" 2>&1 || { cat "$out/configure.log" >&2; exit 1; }
ARCH=um KCFLAGS=-Wno-error=incompatible-pointer-types make ipt_NETFLOW.ko \
	>"$out/make.log" 2>&1 ||
	{ tail -n 30 "$out/make.log" >&2; exit 1; }
cp ipt_NETFLOW.ko "$out/"
find "$out/root" -name libipt_NETFLOW.so -exec cp {} "$out/" \;
[ -e "$out/libipt_NETFLOW.so" ]
