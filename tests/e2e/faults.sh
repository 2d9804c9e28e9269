# SPDX-License-Identifier: GPL-2.0
# Allocations that fail, for those tests of them that source this after lib.sh.
faults=/sys/kernel/debug
for kind in failslab fail_page_alloc; do
	echo 0 >$faults/$kind/verbose
	echo N >$faults/$kind/ignore-gfp-wait
	echo -1 >$faults/$kind/times
done
echo N >$faults/fail_page_alloc/ignore-gfp-highmem
echo 0 >$faults/fail_page_alloc/min-order
gcc -shared -fPIC -O1 -Wall -Werror -o "$work/faults.so" "$(dirname "$0")/faults.c" -ldl ||
	exit 1

# From now on only what the module itself allocates: its text has called.
own_only() {
	local start size kind
	start=$(($(cat /sys/module/traffic_flow/sections/.text)))
	size=$(size -A "$MODULE" | awk '$1 == ".text" { print $2 }')
	for kind in failslab fail_page_alloc; do
		echo 32 >$faults/$kind/stacktrace-depth
		echo $start >$faults/$kind/require-start
		echo $((start + size)) >$faults/$kind/require-end
	done
}

settings() { tfctl export verbose; }

# with_fault N COMMAND...: as `not`, and $left is what was left of N
with_fault() {
	local status
	NTH=$1 LEFT=$work/left LD_PRELOAD=$work/faults.so "$TFCTL" "${@:2}" \
		>"$work/said" 2>"$work/why"
	status=$?
	left=$(<"$work/left")
	return $status
}

# A command, whose allocations fail once each, those that `chosen` names of so many:
# whenever it fails it says why, and the settings are as before; otherwise it has done
# what it does with memory, and UNDO takes that back. The last allocations are those
# of the answer, which netlink makes after the module has done all: then tfctl says
# that it was lost, and the settings are the new ones; with undone=yes, of a command of
# many changes, those of before.
all_lost=0
endure() { # UNDO COMMAND...
	local undo=$1 before changed said expected n all refused=0 lost=0 wrong=''
	shift
	before=$(settings)
	undo() {
		# shellcheck disable=SC2086
		[ -z "$undo" ] || tfctl $undo || wrong="$wrong undo $n;"
	}
	# The second time there are none that are made once.
	for n in first second; do
		with_fault 100000 "$@" || wrong="$wrong $n;"
		all=$((100000 - left))
		changed=$(settings)
		said=$(wc -l <"$work/said")
		undo
	done
	for n in $(chosen $all); do
		if with_fault "$n" "$@"; then
			[ "$(settings)" = "$changed" ] || wrong="$wrong $n not done;"
			[ "$(wc -l <"$work/said")" = "$said" ] || wrong="$wrong $n $(<"$work/said");"
			undo
			continue
		fi
		[ "$(wc -l <"$work/why")" = 1 ] || wrong="$wrong no reason for $n;"
		expected=$before
		if grep -q "answer was lost: 'tfctl export' tells" "$work/why"; then
			lost=$((lost + 1))
			[ -n "${undone:-}" ] || expected=$changed
		else
			refused=$((refused + 1))
		fi
		[ "$(settings)" = "$expected" ] ||
			wrong="$wrong $n $(<"$work/why") $(diff <(echo "$expected") <(settings) | xargs);"
		[ "$expected" = "$before" ] || undo
	done
	[ "$refused" -gt 0 ] || wrong="$wrong nothing was refused;"
	all_lost=$((all_lost + lost))
	is "without memory: $* ($all allocations, $refused refused, $lost answers lost)" "" "$wrong"
}
