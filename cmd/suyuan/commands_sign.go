package main

// signFlags let everything that a command records bear signatures.
func signFlags() []flagSpec {
	return []flagSpec{{name: "sign", takes: "KEYFILE=MEANING", list: true}, passphraseFD()}
}

// keysOfLedger are the things done with keys that stand in a ledger: those of people and devices, and its own.
func keysOfLedger() []*command {
	return []*command{
		{
			name: "register", args: "FILE", least: 1, most: 1, act: runKeyRegister, text: "command.key-register", exits: writing(),
			flags: append([]flagSpec{
				{name: "holder", takes: "OPERATOR", must: true}, {name: "role", takes: "TEXT"}, {name: "use", takes: "person|device"},
			}, signFlags()...),
			examples: []string{"suyuan key register op-9.key --holder LC-H1/OP-9 --role quality --as LC-H1/OP-9"},
		},
		{
			name: "revoke", args: "KEY", least: 1, most: 1, act: runKeyRevoke, text: "command.key-revoke", exits: writing(),
			flags:    append([]flagSpec{{name: "reason", takes: "TEXT", must: true, text: "flag.revoke-reason"}, {name: "since", takes: "TIME", text: "flag.revoke-since"}}, signFlags()...),
			examples: []string{"suyuan key revoke 8c1f0a9b27 --reason \"phone stolen\" --since 2026-03-04T18:00:00+08:00 --as LC-ADM/OP-1"},
		},
		{
			name: "list", act: runKeyList, text: "command.key-list", flags: append([]flagSpec{{name: "ledger-keys"}}, listFlags(keyLists())...), exits: reading(),
			examples: []string{"suyuan key list", "suyuan key list --ledger-keys > lc-h1.keys"},
		},
		{
			name: "rotate", act: runKeyRotate, text: "command.key-rotate", flags: signFlags(), exits: writing(),
			examples: []string{"suyuan key rotate --as LC-ADM/OP-1"},
		},
	}
}

// signing are the commands about who signs what.
func signing() []*command {
	return []*command{
		{
			name: "sign", act: runSign, exits: writing(),
			flags:    append([]flagSpec{{name: "seq", takes: "N", must: true, text: "flag.sign-seq"}}, signFlags()...),
			examples: []string{"suyuan sign --seq 41 --sign op-9.key=reviewed --as LC-H1/OP-9"},
		},
		{
			name: "policy", args: "ACTION", exits: writing(),
			examples: []string{"suyuan policy set release --need released:quality --need reviewed --people 2 --gate entry --as LC-ADM/OP-1", "suyuan policy list"},
			subs: []*command{
				{
					name: "set", args: "TYPE", least: 1, most: 1, act: runPolicySet, text: "command.policy-set", exits: writing(),
					flags: append([]flagSpec{
						{name: "need", takes: "MEANING[:ROLE[:COUNT]]", list: true, must: true}, {name: "people", takes: "N"}, {name: "gate", takes: "entry|use|none", must: true},
					}, signFlags()...),
					examples: []string{
						"suyuan policy set release --need released:quality --need reviewed --people 2 --gate entry --as LC-ADM/OP-1",
						"suyuan policy set manufacture --need witnessed --gate use --as LC-ADM/OP-1",
					},
				},
				{
					name: "end", args: "TYPE", least: 1, most: 1, act: runPolicyEnd, text: "command.policy-end", flags: signFlags(), exits: writing(),
					examples: []string{"suyuan policy end release --as LC-ADM/OP-1"},
				},
				{
					name: "list", act: runPolicyList, text: "command.policy-list", exits: reading(), flags: listFlags(policyLists()),
					examples: []string{"suyuan policy list", "suyuan policy list --json"},
				},
			},
		},
	}
}
