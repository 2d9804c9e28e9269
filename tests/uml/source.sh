#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Get Debian's newest kernel source (6.19 or newer) and print where it is.
#
#   source.sh CACHE     -> a source tree below CACHE, on standard output
#
# The mirror is the one this machine's own apt uses.  Suites newer than the
# machine's are read through a private apt state below CACHE: nothing of the
# system's apt configuration changes, and nothing gets installed.
set -eu

cache=$1
oldest=6.19
say() { echo "source.sh: $*" >&2; }
die() { say "$*"; exit 1; }

tree=$(ls -d "$cache"/src/linux-source-*/ 2>/dev/null | sort -V | tail -n 1)
if [ -n "$tree" ] && [ -e "$tree/.complete" ]; then
	echo "${tree%/}"
	exit 0
fi

here=$(cd "$(dirname "$0")" && pwd)
. "$here/apt.sh"
private_apt "$cache/apt" trixie-backports sid

best=$(private_apt_cache search --names-only '^linux-source-[0-9.]+$' |
	sed -n 's/^linux-source-\([0-9.]*\) .*/\1/p' | sort -V | tail -n 1)
[ -n "$best" ] || die "the Debian mirror lists no linux-source package"
printf '%s\n%s\n' "$oldest" "$best" | sort -V -C ||
	die "Debian's newest linux-source is $best, need $oldest; set KSRC=<source tree>"

say "fetching linux-source-$best (about 160 MB)"
tmp=$(mktemp -d "$cache/fetch.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
private_apt_download "$tmp" "linux-source-$best"

say "unpacking"
mkdir -p "$cache/src"
rm -rf "$cache/src/linux-source-$best"
dpkg-deb --fsys-tarfile "$tmp"/linux-source-*.deb |
	tar -xO "./usr/src/linux-source-$best.tar.xz" | xz -dc |
	tar -x -C "$cache/src" --exclude='*/drivers/gpu/drm/*/*.[ch]'
touch "$cache/src/linux-source-$best/.complete"
echo "$cache/src/linux-source-$best"
