#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every command of README.md, of docs/ and of the manual's examples is run.
# kernels: fast debug
# long: debug
# cpus: 1
. "$(dirname "$0")/lib.sh"

top=$(cd "$(dirname "$0")/../.." && pwd)
topology
load

# What a document writes to /etc or /tmp is not this machine's.
cp -a /etc "$work/etc"
mount --bind "$work/etc" /etc
mount --bind "$top" /mnt
mount -t tmpfs tmp /tmp
case $top in /tmp/*)
	# The tree itself is there.
	mkdir -p "$top"
	mount --bind /mnt "$top"
	;;
esac
# The runner looks for what is below it.
trap "umount -l /tmp /var/cache" EXIT
mkdir "$work/bin"
ln -s "$TFCTL" "$work/bin/tfctl"
cat >"$work/bin/ynl" <<END
#!/bin/sh
exec /usr/bin/python3 $SOURCE/tools/net/ynl/pyynl/cli.py "\$@"
END
chmod +x "$work/bin/ynl"
export PATH=$work/bin:$PATH
# The file that docs/from-routeros.md shows.
sed -n '/^```rsc$/,/^```$/p' "$top/docs/from-routeros.md" | sed '/^```/d' >/tmp/routeros.rsc
[ -s /tmp/routeros.rsc ] || exit 1

# What a collector and a capture have, for the commands that read it.
mount -t tmpfs cache /var/cache
mkdir /var/cache/nfdump
start_collector 2055
tfctl target add dst-address=10.9.0.2 port=2055
start_capture 2055
tfctl set enabled=yes
mixed_traffic
flush
stop_capture
stop_collectors
cp "$work"/2055/nfcapd.2* /var/cache/nfdump
cp "$work/exports.pcap" /tmp/flows.pcap
ok "there is something to read" test -s /tmp/flows.pcap

# It has drawings.
documents=$(find "$top/docs" -name "*.md" ! -name architecture.md | sort)
# shellcheck disable=SC2086
"$top/tests/docs/commands" "$top/README.md" $documents "$top/tests/e2e/README.md" \
	"$top/tools/tfctl/tfctl.8"
