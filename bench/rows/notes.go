package rows

import "suyuan/bench/measure"

// notes say what is to be known about a contest's figures, and where they bend, by contest.
var notes = map[string]string{
	"append-1": "A commit of the ledger is two syncs, of the pages and then of the page that makes them count; the plain log's is one. So about half of its rate is the limit of one client. " +
		"SQLite can pass the plain log: its write-ahead log is written in place again after a checkpoint, and a file that does not grow syncs sooner.",
	"append-64":     "What one commit takes is shared by all who wait, here and in the plain log; the two SQLites commit one by one.",
	"import":        "The peers keep bytes; ours parses, checks every rule against what the records so far say, looks ids up and keeps the chain and the tree. CPU is the figure to watch: wall time is that of a machine which others used.",
	"import-tenths": "Above 1 an event costs more to judge the more the ledger says already. Where that comes from is not profiled yet.",
	"disk":          "Ours includes the hash chain, the tree, the index of ids and the index of the genealogy. PostgreSQL's includes its write-ahead log, which is recycled later; below 20,000 records ours has no index of the genealogy.",
	"trace": "At 1,000 batches a lot is in a hundredth of them, from 10,000 on in a thousandth: so both have some 15 patients, and what is seen is what a trace costs before it gets anywhere. " +
		"Over all kinds of contacts a lot reaches, at lesser grades, most of what was made in the same months on the same machines: that is what the last of our rows pays for.",
	"shared": "It grows with what was in the tank during its whole epoch (a year), not with the week.",
	"source": "One search back for each negative, each over all that its shared things remember, is where the time goes.",
	"graph":  "Records are parsed from JSON and contacts derived, with no index to start from.",
	"open":   "Below 20,000 records there is no index and the records are read; above, what is mapped is not read.",
	"verify": "A start of the program takes some 25 ms of CPU (by the two smallest sizes), which is why small ledgers seem slow.",
	"answer": "The same bend as in the contest before: with an index `show`, `balance` and `trace` cost what they answer.",
}

func noted(all []measure.Contest) []measure.Contest {
	for i := range all {
		all[i].Note = notes[all[i].Name]
	}
	return all
}
