# The rest of the guest's first program; see boot. Its first lines, which boot
# writes, set run, flavour and the script with its arguments; and deliver, where
# what is in $run is not seen from outside.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LANG=C.UTF-8 TZ=UTC
exec >"$run/output" 2>&1

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null || mount -t tmpfs dev /dev
mkdir -p /dev/pts
mount -t devpts pts /dev/pts
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
[ -e /dev/stdin ] || ln -s /proc/self/fd/0 /dev/stdin
[ -e /dev/stdout ] || ln -s /proc/self/fd/1 /dev/stdout
[ -e /dev/stderr ] || ln -s /proc/self/fd/2 /dev/stderr
mount -t tmpfs run /run
mkdir -p /run/netns /run/lock
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
hostname router 2>/dev/null
ip link set lo up

"$@"
status=$?

# What is leaked shows when the collector of leaks has looked twice, and not before
# it is five seconds old.
if [ -e /sys/kernel/debug/kmemleak ] && ! grep -q kmemleak=off /proc/cmdline; then
	sleep 6
	for _ in first second; do
		echo scan >/sys/kernel/debug/kmemleak ||
			echo "unreferenced object: not known, kmemleak has given up"
	done
	cat /sys/kernel/debug/kmemleak
fi >"$run/leaks" 2>/dev/null
{ dmesg; cat "$run/leaks" 2>/dev/null; } >"$run/dmesg"
echo "$status" >"$run/status"
${deliver:-sync}
echo o >/proc/sysrq-trigger
while :; do read -r _ </dev/zero; done
