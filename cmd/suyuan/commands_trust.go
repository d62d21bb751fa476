package main

// vouching are the commands about who vouches for the ledger: its own checkpoints, proofs to them, and the anchor.
func vouching() []*command {
	out := flagSpec{name: "o", aliases: []string{"out"}, takes: "FILE"}
	return []*command{
		{
			name: "checkpoint", act: runCheckpoint, flags: []flagSpec{{name: "since", takes: "SIZE|FILE"}, {name: "short", text: "flag.checkpoint-short"}, {name: "compare", takes: "CODE", text: "flag.checkpoint-compare"}, out},
			examples: []string{"suyuan checkpoint", "suyuan checkpoint --json", "suyuan checkpoint -o today.checkpoint", "suyuan checkpoint --since yesterday.checkpoint", "suyuan checkpoint --short"},
			exits:    making(),
		},
		{
			name: "prove", act: runProve, flags: []flagSpec{{name: "seq", takes: "N", must: true, text: "flag.prove-seq"}, out},
			examples: []string{"suyuan prove --seq 41 -o record-41.tlog-proof"},
			exits:    reading(),
		},
		originalCommand(),
		{
			name: "anchor", args: "ACTION",
			subs: []*command{
				{
					name: "status", text: "command.anchor-status", act: runAnchorStatus,
					examples: []string{"suyuan anchor status", "suyuan anchor status --json"}, exits: reading(),
				},
				{
					name: "trust", text: "command.anchor-trust", act: runAnchorTrust, flags: []flagSpec{{name: "key", takes: "KEY", list: true, text: "flag.ledger-key"}},
					examples: []string{"suyuan anchor trust --key lc-h1.keys"}, exits: making(),
				},
			},
			examples: []string{"suyuan anchor status", "suyuan anchor trust --key lc-h1.keys"}, exits: making(),
		},
	}
}
