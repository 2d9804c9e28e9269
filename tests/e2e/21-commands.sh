#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# leaks: yes
# cpus: 1
# Every command of tfctl against the module, in a namespace of its own.
. "$(dirname "$0")/lib.sh"

load
"$(dirname "$TFCTL")/tests/live" "$TFCTL" >"$work/live"
grep -v ' passed, ' "$work/live"
# shellcheck disable=SC2046
set -- $(tail -n 1 "$work/live")
passed=$((passed + ${1:-0}))
failed=$((failed + ${3:-1}))
finish
