# bash completion for suyuan. Load it with: source <(suyuan completion bash)
#
# Candidates come from the program one a line and are never evaluated: ids are whatever a ledger holds.

_suyuan() {
	local line word i
	local -a words=()
	COMPREPLY=()
	# Bash cuts words at colons and equals signs; references hold colons, so put them together again.
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word="${COMP_WORDS[i]}"
		if ((${#words[@]} > 0)) && [[ "$word" == [:=]* || "${COMP_WORDS[i - 1]}" == [:=] ]]; then
			words[${#words[@]} - 1]+="$word"
		else
			words+=("$word")
		fi
	done
	local cur="${words[${#words[@]} - 1]-}"
	local cut=""
	case "$cur" in
	*:*) [[ "$COMP_WORDBREAKS" == *:* ]] && cut="${cur%:*}:" ;;
	esac
	while IFS= read -r line; do
		COMPREPLY+=("${line#"$cut"}")
	done < <(suyuan complete -- "${words[@]}" 2>/dev/null)
}

complete -o default -F _suyuan suyuan
