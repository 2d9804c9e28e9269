#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Build a test kernel once and print where it is.
#
#   kernel.sh fast|debug|race    -> the kernel build directory, on standard output
#
# fast has several CPUs and nothing that costs time; debug finds mistakes, and
# has virtual time, which wants one CPU. What finds mistakes does not stand
# several CPUs in User-mode Linux: its own locks break, without any module. So
# race, which has both, is a kernel for a virtual PC.
#
# The directory holds the bootable `linux` or `arch/x86/boot/bzImage`, and is a
# KDIR to build modules with.
# Environment:
#   KSRC   a kernel source tree (6.19 or newer) to use instead of Debian's
#   CACHE  where kernels are kept (default: ~/.cache/traffic-flow)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
flavour=${1:-}
arch=um image=linux
case $flavour in
fast) parts="base smp" minutes=5 ;;
debug) parts="base mistakes faults time" minutes=8 ;;
race) parts="base mistakes smp pc" minutes=10 arch=x86_64 image=arch/x86/boot/bzImage ;;
*)
	echo "usage: ${0##*/} fast|debug|race" >&2
	exit 2
	;;
esac
CACHE=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/traffic-flow}
mkdir -p "$CACHE"

say() { echo "kernel.sh: $*" >&2; }
die() { say "$*"; exit 1; }

# Two runs at once (a second terminal) fetch and build once, not twice; a kernel
# that is there need not wait for another that is being built.
exec 9>"$CACHE/lock"
flock 9

source_version() { make -s -C "$1" kernelversion; }

if [ -n "${KSRC:-}" ]; then
	[ -e "$KSRC/arch/um/Kconfig" ] || die "KSRC=$KSRC is not a kernel source tree"
	src=$(cd "$KSRC" && pwd)
	from=$(echo "$src" | cksum | cut -d' ' -f1)
else
	src=$("$here/source.sh" "$CACHE")
	from=debian
fi
flock -u 9
version=$(source_version "$src")
printf '6.19\n%s\n' "$version" | sort -V -C ||
	die "$src is Linux $version; User-mode Linux has SMP from 6.19 on"

config=$(for part in $parts; do cat "$here/$part.config"; done)
# What a part says is not set is not, whatever another one says.
not_set=$(echo "$config" | sed -n 's/^# \(CONFIG_[^ ]*\) is not set$/\1=y/p')
[ -z "$not_set" ] || config=$(echo "$config" | grep -vxF "$not_set")
gcc=$(${CC:-gcc} -dumpfullversion)
key=$(echo "$config $gcc" | cksum | cut -d' ' -f1)
out=$CACHE/$flavour-$version-$from-$key
is_done() {
	[ -e "$out/done" ] || return 1
	echo "$out"
	exit 0
}
is_done || true
exec 9>"$out.lock"
flock 9
is_done || true

log=$out/build.log
mkdir -p "$out"
# Our compiler's name, not the caller's flags: MAKEFLAGS of an outer make (-n,
# M=, KDIR=) must not leak into the kernel's build.
unset MAKEFLAGS MFLAGS MAKELEVEL KDIR ARCH M || true

# A line with a remark is a name that only some kernels know: set, not checked.
echo "$config" | sed -n 's/^\(CONFIG_[^ ]*\).*/\1/p' >"$out/wanted"
say "configuring Linux $version ($flavour) in $out"
make -s -C "$src" O="$out" ARCH=$arch KCONFIG_ALLCONFIG="$out/wanted" \
	allnoconfig >"$log" 2>&1 || { tail -n 20 "$log" >&2; die "allnoconfig failed"; }
missing=$(echo "$config" | grep -x 'CONFIG_[^ ]*=y' | grep -vxFf "$out/.config" || true)
[ -z "$missing" ] || die "Linux $version does not take: $missing"

say "building (about $minutes minutes on two cores)"
nice make -C "$src" O="$out" ARCH=$arch -j"$(nproc)" >>"$log" 2>&1 9>&- &
build=$!
trap 'kill $build 2>/dev/null' INT TERM
while kill -0 "$build" 2>/dev/null; do
	sleep 10
	files=$(grep -c '^  \(CC\|LD\|AR\|AS\) ' "$log" || true)
	say "$files files built"
done
wait "$build" || { grep -i -B2 -A8 'error' "$log" | tail -n 40 >&2; die "build failed, see $log"; }
[ -e "$out/$image" ] || die "the build left no $out/$image"
touch "$out/done"
say "built $out/$image"
echo "$out"
