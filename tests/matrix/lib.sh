# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the matrix's scripts share. To be sourced.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
matrix=$top/tests/matrix
cache=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/traffic-flow}/matrix

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

kernels() { awk '!/^#/ { print $1 }' "$matrix/kernels"; }

# kernel NAME: sets name, suites, arch, package, tests and cross, the compiler's prefix
kernel() {
	name=$1
	read -r suites arch package tests < <(awk -v name="$name" \
		'$1 == name { print $2, $3, $4, $5 }' "$matrix/kernels")
	case ${arch:-} in
	amd64) cross= ;;
	i386) cross=i686-linux-gnu- ;;
	arm64) cross=aarch64-linux-gnu- ;;
	*) die "no kernel $name; there are: $(kernels | paste -sd ' ')" ;;
	esac
}

# The version in a root that `root` made.
version_in() { basename "$(echo "$1"/lib/modules/*)"; }

# inside COMMAND...: in $root, whose objtool reads /proc
inside() {
	# shellcheck disable=SC2154
	unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' \
		"$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C "$@"
}
