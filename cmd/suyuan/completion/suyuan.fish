# fish completion for suyuan. Load it with: suyuan completion fish | source

function __suyuan_complete
	set -l words (commandline -opc)
	suyuan complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end

complete -c suyuan -n __fish_use_subcommand -f
complete -c suyuan -k -a '(__suyuan_complete)'
