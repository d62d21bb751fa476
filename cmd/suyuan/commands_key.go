package main

// keyCommand has one subcommand for each thing that is done with the keys of people and devices.
func keyCommand() *command {
	exits := codes{[]exit{exitDone, exitFailed, exitUsage, exitCutShort, exitInterrupted}, true}
	return &command{
		name: "key", args: "ACTION", exits: writing(),
		examples: []string{"suyuan key new op-7.key", "suyuan key add op-7.key --agent-key SHA256:Wm1nQ3dVt0Yq5m0u5R1yq0bZ0x0v3pC8mR0kq7s2a1E", "suyuan key show op-7.key"},
		subs: append([]*command{
			{
				name: "new", args: "FILE", least: 1, most: 1, act: runKeyNew, text: "command.key-new", exits: exits,
				flags:    []flagSpec{passphraseFD()},
				examples: []string{"suyuan key new op-7.key", "suyuan key new op-7.key --passphrase-fd 3 3< passphrase"},
			},
			{
				name: "add", args: "FILE", least: 1, most: 1, act: runKeyAdd, text: "command.key-add", exits: exits,
				flags:    []flagSpec{{name: "agent-key", takes: "FINGERPRINT"}},
				examples: []string{"suyuan key add op-7.key", "suyuan key add op-7.key --agent-key SHA256:Wm1nQ3dVt0Yq5m0u5R1yq0bZ0x0v3pC8mR0kq7s2a1E"},
			},
			{
				name: "show", args: "FILE", least: 1, most: 1, act: runKeyShow, text: "command.key-show", exits: codes{list: []exit{exitDone, exitFailed, exitUsage}},
				examples: []string{"suyuan key show op-7.key", "suyuan key show op-7.key --json"},
			},
		}, keysOfLedger()...),
	}
}

func passphraseFD() flagSpec { return flagSpec{name: "passphrase-fd", takes: "N"} }
