# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The parts of a long run of tests, and the sum of what they say. To be sourced.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0
failed=0

# A part that fails without a word of what has failed is one failure.
part() { # NAME COMMAND...
	local name=$1 last status
	shift
	echo "== $name ($((SECONDS / 60)) min)"
	"$@" 2>&1 | tee "$log"
	status=${PIPESTATUS[0]}
	last=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
	# shellcheck disable=SC2086
	set -- ${last:-0 passed, 1 failed}
	passed=$((passed + $1))
	failed=$((failed + $3))
	[ "$status" = 0 ] || [ "$3" != 0 ] || failed=$((failed + 1))
}

# The exit status says whether all is well.
summary() {
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
