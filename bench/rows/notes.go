package rows

import "suyuan/bench/measure"

// notes say what is to be known about a contest's figures, and where they bend, by contest. They were written of worlds of 1,000 to 100,000
// batches, traces' and sources' of a million too, verify's of ten million records: what lies beyond was not seen when they were.
var notes = map[string]string{
	"append-1": "A commit of the ledger is two syncs, of the pages and then of the page that makes them count; the plain log's is one. So about half of its rate is the limit of one client. " +
		"SQLite can pass the plain log: its write-ahead log is written in place again after a checkpoint, and a file that does not grow syncs sooner.",
	"append-64": "What one commit takes is shared by all who wait, here and in the plain log; the two SQLites commit one by one.",
	"import": "The peers keep bytes; ours parses, checks every rule against what the records so far say, looks ids up and keeps the chain and the tree. CPU is the figure to watch: wall time is that of " +
		"a machine which others used. The peers' lines are level. Ours falls by a sixth from 10,000 batches to 100,000, where the tables by which things are found get larger than the " +
		"processor's caches. A million batches, 8,914,915 events, were imported by hand and without peers: 404 s, 64 µs of processor time an event; beyond two million events the index is merged from files on the way.",
	"import-tenths": "Above 1 an event costs more to judge the more the ledger says already.",
	"restart": "A real import is killed when it has recorded as many events since the last index as the world has batches; all is warm. At 1,000 batches the start of the program is seen; from 10,000 on " +
		"the line is straight: the time is that of taking in what lies packed beside the index, some 2 µs of CPU for a record. The next command takes as long as the first, as the " +
		"index is written anew only when a quarter of what it has has joined.",
	"disk": "Ours includes the hash chain, the tree, the index of ids and the index of the genealogy. PostgreSQL's includes its write-ahead log, which is recycled later. Ours steps up between 1,000 " +
		"and 10,000 batches: below 20,000 records there is no index of the genealogy. PostgreSQL's does too, where its log comes to be as long as what was loaded. From there on all lines are " +
		"level. A ledger of a million batches, made by hand: file 6,587,834,368 bytes, index of the genealogy 2,997,703,161, index of ids 208,924,672, which is 1.21 and 1.79 times the records.",
	"trace": "At 1,000 batches a lot is in a hundredth of them, from 10,000 on in a thousandth: so both have some 20 patients, and what is seen is what a trace costs before it gets anywhere. From " +
		"10,000 on it grows with what is reached, ours and the peers'. Our first row is the search alone (`recall.Reach`), which is what the peers' queries are; `suyuan trace --brief` prints it, and without that flag a trace tells more, which is the row after it. Over all kinds of contacts a " +
		"lot reaches, at lesser grades, most of what was made in the same months on the same machines: that is what the last of our rows pays for. From 10,000 to 100,000 batches thirteen " +
		"times as many things are reached, and it costs twelve times as much.",
	"shared": "It grows with what was in the tank during its whole epoch (a year), not with the week: from 10,000 to 100,000 batches, where more is made and given in each place, as the world does. " +
		"From 1,000 to 10,000 it grows by half of that, as the world gets longer too, from one year to ten. The whole answer costs some sixty times as much as what it is about: each unit's " +
		"records are read for its state and for what is missing.",
	"source": "Up to 256 sources are searched at once; the rest of the time is the answer itself, the histories of all candidates and who is exposed next. It bends up at 10,000 batches: until there the " +
		"world gets longer, from one year to ten, beyond it denser, and there are eight times as many candidates. Each round is a process of its own, so that it can be given up.",
	"cold": "The index alone: up to 64 MiB, which is between 10,000 and 100,000 batches, it is compared with its checksums as a whole, so all of it is read from the disk; beyond, only what the " +
		"question touches, a page here and there. So the cold line climbs away from the warm one. The line of a ledger begins high: below 20,000 records there is no index, and all records are " +
		"read. Beyond that it adds to the index's the start of a larger program, and the opening of the ledger, which looks at every branch page of its tree. For the whole answer the " +
		"histories of all that is reached are read too, which lie here and there in the file: that is what it costs more than the search.",
	"memory": "Of `suyuan-ask` and the index alone, where it does not say *of a ledger*. *With mapped pages* includes those of the index that were touched, which the system can take away at any time; the other lines are of memory that belongs to no file. The lot's own way " +
		"needs next to nothing for itself. All kinds and grades bend up at 10,000 batches, as in the contest of traces, with what is reached, as the answer is held as " +
		"a whole before it is written. Without an index, at 1,000 batches, a ledger's records are in memory: there its line begins high.",
	"json-lot": "All of an answer is known before its first byte is written, so the last comes right behind the first. What stands between the answer in memory and the first byte is the start of the " +
		"program and the opening of the ledger; at 1,000 batches, where there is no index, the reading of all records: hence the bend at 10,000.",
	"json-all": "As in the contest before; where the answer is large, at 100,000 batches 30 MB, writing it is a fifth of the whole. Up to 10,000 batches it is the program's start that is seen, " +
		"beyond that the answer.",
	"graph": "Records are parsed from JSON and contacts derived, with no index to start from. Level up to 10,000 batches, then it falls: the tables by which " +
		"things are found get larger than the processor's caches, and where there are more than two million events, which is at a million batches, they go into a file on the way.",
	"open": "Below 20,000 records there is no index and the records are read: that is the first bend. Above, the index's pages are not read; up to 64 MiB it is compared with its checksums as a " +
		"whole, which is nearly all of the time at 10,000 batches. Larger ones are not; what is left is the ledger's own opening, which looks at each page of its tree that leads to others.",
	"verify": "Of a ledger with one record in ten signed, which says nothing where signatures are not asked for. One run is held against three targets: there is no mode that leaves form and ids out. A " +
		"start of the program takes some 25 ms of CPU, which is why small ledgers seem slow: without signatures the line climbs up to a million records. With signatures it is level from 100,000 " +
		"on, as one signature costs what sixty records do. Cold is as fast as warm up to 100,000 records, which are soon read; at a million it is behind.",
	"answer": "Each command runs once before it is measured. The first bend is that of the contest of opening: with an index, `show` and `balance` cost what they answer. `trace` climbs with what the lot reaches, over all kinds of contacts at grade confirmed.",
}

func noted(all []measure.Contest) []measure.Contest {
	for i := range all {
		all[i].Note = notes[all[i].Name]
	}
	return all
}
