package main

// securing are the commands that keep a ledger from being lost.
func securing() []*command {
	return []*command{
		{
			name: "backup", args: "FILE", least: 1, most: 1, act: runBackup, exits: making(exitBadNews),
			examples: []string{"suyuan backup backup-2026-03-05.db", "suyuan backup --ledger lc.db --json --wait 1m nightly.db"},
		},
		{
			name: "restore", args: "[FILE]", most: 1, act: runRestore, exits: making(exitBadNews),
			flags: []flagSpec{
				{name: "from", takes: "FILE", text: "flag.restore-from"},
				{name: "successor", text: "flag.restore-successor"},
				{name: "origin", takes: "NAME", text: "flag.restore-origin"},
			},
			examples: []string{
				"suyuan restore --ledger again.db backup-2026-03-05.db", "suyuan restore --ledger again.db --from ledger.jsonl",
				"suyuan restore --ledger next.db --successor --origin lc-h1.example/2 damaged.db --as LC-H1/OP-9",
			},
		},
		{
			name: "doctor", act: runDoctor, exits: reading(exitBadNews), flags: listFlags(doctorLists()),
			examples: []string{"suyuan doctor", "suyuan doctor --ledger lc.db --json", "suyuan doctor --format csv -o doctor.csv"},
		},
		indexCommand(),
	}
}
