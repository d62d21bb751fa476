package main

import (
	"slices"

	"suyuan/internal/event"
)

// commands is the command tree, in the order in which the help lists it.
func commands() []*command {
	return slices.Concat(keeping(), signing(), securing(), asking(), vouching(), helping())
}

// keeping are the commands that make and write ledgers.
func keeping() []*command {
	return []*command{
		{
			name: "demo", args: "[DIR]", most: 1, act: runDemo,
			examples: []string{"suyuan demo", "suyuan demo --lang zh yanlian"},
			exits:    codes{list: []exit{exitDone, exitFailed, exitUsage, exitInterrupted}},
		},
		{
			name: "init", act: runInit,
			flags:    []flagSpec{{name: "origin", takes: "NAME"}, {name: "strict"}, {name: "unsigned"}},
			examples: []string{"suyuan init --origin lc-h1.example", "suyuan --ledger trial.db init --strict", "suyuan --ledger trial.db init --unsigned"},
			exits:    codes{[]exit{exitDone, exitFailed, exitUsage, exitCutShort, exitInterrupted}, true},
		},
		recordCommand(),
		{
			name: "import", args: "[FILE...]", most: -1, act: runImport,
			flags: append(importFlags(), signFlags()...),
			examples: []string{
				"suyuan import --as LC-H1/OP-7 events.jsonl", "suyuan import --dry-run a.jsonl b.jsonl", "zcat old.jsonl.gz | suyuan import --as LC-H1/OP-7 -",
				"suyuan import --suggest hospital.xlsx > hospital.toml", "suyuan import --profile hospital.toml --dry-run --rejects mend.xlsx hospital.xlsx",
				"suyuan import --profile collection.zh --as LC-H1/OP-7 collections.csv",
			},
			exits: writing(exitBadNews), again: true,
		},
		keyCommand(),
	}
}

func clockOK() flagSpec { return flagSpec{name: "clock-ok"} }

// recordCommand has one subcommand for each event type, with a flag for each member.
func recordCommand() *command {
	c := &command{
		name: "record", args: "TYPE", act: runRecordFile,
		flags: append([]flagSpec{{name: "file", takes: "FILE"}, clockOK()}, signFlags()...),
		examples: []string{
			"suyuan record store --time now --as LC-H1/OP-7 --unit FC-031 --equipment LC-H1/TANK-2 --phase vapour",
			"suyuan record --file event.json --as LC-H1/OP-7",
			`echo '{"type":"eligibility","time":"2026-01-05T09:00:00+08:00","donor":"D-1","result":"eligible"}' | suyuan record --file - --as LC-H1/OP-7`,
		},
		exits: writing(), again: true,
	}
	for _, t := range event.Types() {
		c.subs = append(c.subs, &command{
			name: string(t), text: "type." + string(t), exits: writing(),
			flags: slices.Concat(memberFlags(t), []flagSpec{clockOK()}, signFlags()), examples: recordExamples(t), act: runRecord(t),
		})
	}
	return c
}

// writing are the codes of a command that records events.
func writing(more ...exit) codes {
	return making(append(more, exitRefused)...)
}

// making are the codes of a command that leaves something behind and records no event.
func making(more ...exit) codes {
	c := reading(more...)
	c.writes = true
	return c
}

// reading are the codes of a command that answers from a ledger. It is cut short where the index that it answers from turns out to be damaged
// while it prints.
func reading(more ...exit) codes {
	list := []exit{exitDone, exitFailed, exitUsage, exitBroken}
	return codes{list: append(append(list, more...), exitBusy, exitCutShort, exitInterrupted)}
}

// asking are the commands that answer from a ledger.
func asking() []*command {
	return []*command{
		{
			name: "log", args: "[REF]", most: 1, act: runLog,
			flags: append([]flagSpec{
				{name: "type", takes: "TYPE"},
				{name: "from", takes: "TIME", text: "flag.log-from"},
				{name: "to", takes: "TIME", text: "flag.log-to"},
				{name: "limit", takes: "N"},
			}, listFlags(logLists())...),
			examples: []string{"suyuan log --limit 20", "suyuan log unit:FC-031", "suyuan log --type infusion --from 2026-03-01", "suyuan log --format xlsx -o log.xlsx"},
			exits:    reading(),
		},
		{
			name: "show", args: "REF", most: 1, act: runShow,
			flags:    append([]flagSpec{{name: "seq", takes: "N"}, {name: "at", takes: "TIME"}}, listFlags(thingLists())...),
			examples: []string{"suyuan show unit:FC-031", "suyuan show --seq 41", "suyuan show unit:FC-031 --format csv --table tests"},
			exits:    reading(),
		},
		commandLabel(),
		commandPapers(),
		{
			name: "trace", args: "REF...", least: 1, most: -1, act: runTrace, flags: traceFlags(),
			examples: []string{"suyuan trace lot:ALB-1", "suyuan trace lot:ALB-1 --brief", "suyuan trace patient:P-1 --backward", "suyuan trace donor:D-1 --from 2026-01-05 --grade confirmed --json --summary", "suyuan trace equipment:BATH-1 --what-if", "suyuan trace lot:ALB-1 --pdf trace.pdf --lang zh", "suyuan trace lot:ALB-1 --format xlsx -o things.xlsx"},
			exits:    reading(exitBadNews),
		},
		{
			name: "source", act: runSource,
			flags: append([]flagSpec{
				{name: "positive", takes: "REF", list: true},
				{name: "negative", takes: "REF", list: true},
				{name: "at", takes: "TIME"},
				{name: "as-of", takes: "SIZE"},
				{name: "limit", takes: "N", text: "flag.source-limit"},
				{name: "strict", text: "flag.trace-strict"},
			}, listFlags(sourceLists())...),
			examples: []string{"suyuan source", "suyuan source --positive unit:C1-DOSE --positive unit:C2-DOSE", "suyuan source --positive patient:P-1 --positive patient:P-2 --negative patient:P-3 --json"},
			exits:    reading(exitBadNews),
		},
		{
			name: "balance", args: "REF", least: 1, most: 1, act: runBalance,
			flags:    append([]flagSpec{{name: "at", takes: "TIME"}, {name: "as-of", takes: "SIZE"}}, listFlags(balanceLists())...),
			examples: []string{"suyuan balance donor:D-1", "suyuan balance lot:ALB-1 --json", "suyuan balance lot:ALB-1 --format csv -o balance.csv"},
			exits:    reading(exitBadNews),
		},
		temperatureCommand(),
		commandPending(),
		commandCertificate(),
		caseCommand(),
		drillCommand(),
		verifyCommand(),
		exportCommand(),
	}
}

func traceFlags() []flagSpec {
	return append([]flagSpec{
		{name: "backward"},
		{name: "from", takes: "TIME"},
		{name: "to", takes: "TIME"},
		{name: "grade", takes: "GRADE"},
		{name: "with", takes: "VIA", list: true},
		{name: "without", takes: "VIA", list: true},
		{name: "at", takes: "TIME"},
		{name: "as-of", takes: "SIZE"},
		{name: "html", takes: "FILE"},
		{name: "pdf", takes: "FILE"},
		{name: "xlsx", takes: "FILE"},
		{name: "summary"},
		{name: "brief"},
		{name: "what-if"},
		{name: "strict", text: "flag.trace-strict"},
	}, listFlags(traceLists())...)
}

// helping are the commands about the program itself.
func helping() []*command {
	plain := codes{list: []exit{exitDone, exitUsage}}
	return []*command{
		{name: "version", act: runVersion, examples: []string{"suyuan version"}, exits: plain},
		{
			name: "completion", args: "SHELL", least: 1, most: 1, act: runCompletion, exits: plain,
			examples: []string{"suyuan completion bash > suyuan.bash", "suyuan completion fish | source"},
		},
		{name: "man", act: runMan, examples: []string{"suyuan man > suyuan.1", "suyuan man | man -l -"}, exits: plain},
		{name: "help", args: "[COMMAND...]", most: -1, act: runHelp, examples: []string{"suyuan help trace"}, exits: plain},
		{name: "complete", args: "WORD...", most: -1, hidden: true, act: runComplete, exits: plain},
	}
}
