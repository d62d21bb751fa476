#compdef suyuan
# zsh completion for suyuan. Load it with: source <(suyuan completion zsh)

_suyuan() {
	local -a found
	local out
	out="$(suyuan complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"
	found=("${(@f)out}")
	if [[ -n "$out" ]]; then
		compadd -a found
	else
		_files
	fi
}

if [[ "${funcstack[1]}" == "_suyuan" ]]; then
	_suyuan "$@"
elif (( $+functions[compdef] )); then
	compdef _suyuan suyuan
fi
