# SPDX-License-Identifier: GPL-2.0
# bash completion for tfctl, which knows its own words.

_tfctl()
{
	local line=${COMP_LINE:0:COMP_POINT}
	local current=${COMP_WORDS[COMP_CWORD]}
	local -a words
	local last i

	read -ra words <<< "$line"
	[[ $line == *[[:space:]] ]] && words+=("")
	last=${words[-1]}
	mapfile -t COMPREPLY < <("${words[0]}" --complete "${words[@]:1}" \
		2> /dev/null)

	if [[ " ${words[*]} " == *" import "* ]]; then
		compopt -o filenames
		mapfile -t -O ${#COMPREPLY[@]} COMPREPLY \
			< <(compgen -f -- "$last")
		return
	fi
	if [[ $last == file=* ]]; then
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -P file= -f -- "${last#file=}")
	fi
	[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace

	# Where = and : part words, bash replaces only what is behind them.
	[[ $current == = ]] && current=
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"${last%"$current"}"}
	done
} && complete -F _tfctl tfctl
