package rows

// What stands in the way of targets that are not reached, how close the figure comes on the two cores of the machine that the page names, and
// what would be needed. Where a figure of a part is given, docs/performance.md says how it was found.
const (
	importLimit = "one goroutine judges one event after the other, as each rule asks what the events before it said, some 10 µs each, and one commits, some 4 µs; both cores are busy to four fifths. " +
		"Parsing, hashing, contacts and the index are on all cores already. It is at two thirds of the target. Needed: judging apart what names nothing in common, and readers of events that are generated for each type " +
		"(parsing is 2 to 3 µs of some sixty calls through an interface)."
	traceLimit = "the peers tell that a thing is reached; ours when, how surely and by what, in a world where contacts have times. That costs 0.2 to 0.3 µs a thing, of which waiting for memory alone is a quarter; ten times the faster " +
		"of the two SQLites would leave 0.08 µs for all of it. Needed: things that are made together numbered together, so that one line of memory has several of them, and both cores."
	wholeLimit = "a trace's target is what is reached, with grades, times and parents. The whole answer reads the history of each thing as well, to say how it stands and what is missing: for 4,300 things of a million batches 4,400 blocks of records, of 4 kB and here and there in the file; " +
		"and it asks of every hold there ever was whether it was struck, which is 2,300 more. Needed: what became of a unit kept beside its contacts, and in the index of each hold that it was struck."
	memoryLimit = "over all kinds of contacts and at all grades a lot reaches most of what was made in the same months on the same machines, at a million batches 357,073 things, and the answer is held whole before it is written: " +
		"754 MB there, 2 kB a thing, most of it what the search itself keeps of times, epochs and ways at three floors. Needed: the floors one after the other, and what is told of a thing written when it is known and not kept."
	sourceLimit = "200 negatives are searched at once, through 670,000 things and epochs with six million contacts, and the best fifty of forty thousand candidates through another 450,000: three fifths of the processor time, and one after the other, since who is best is known last. " +
		"The ways lead through a thousand things that have epochs, so the order of time has to be kept. Needed: a bound that tells which ways lead back to no candidate before they are searched, or the others counted only when asked for."
	graphLimit = "with nothing derived there is only JSON: reading and parsing take 3.5 µs of processor time an event, so two cores could at best read 570,000 a second and do nothing else; names, packing, contacts and the collector take 8 to 12 more, " +
		"the index 2 to 10. Needed: the packed events (F.events) kept for all records and not only for those since the index, at 140 bytes an event more of disk."
	showLimit = "the lot of this contest went into a thousand batches, and all records that name it are read and listed: of the processor time two fifths are the table that is printed and a fifth the reading of the records, a quarter is the opening of the ledger, as for every command. " +
		"Of a lot that half as many lines are about it took 80 to 100 ms by hand. Needed: the newest records alone, and the others when asked for."
	balanceLimit = "the state of each of the four thousand units that the lot went into is worked out from its records in the index; the start and the opening of the ledger are half of it. It took 108.8 ms beside other work at a load of 1.6, and of a smaller lot 55 by hand. Needed: what became of a unit kept beside its contacts."
	verifyLimit  = "there is no mode that leaves form and ids out, which the target of 20 s is about; with them it takes a fifth longer than was meant for hashes alone. Of 1.3 µs a record 0.4 to 0.5 are SHA-256, of which nothing can be left out. " +
		"Needed: a mode for hashes alone, whose answer would be worth less, or a third core."
)
