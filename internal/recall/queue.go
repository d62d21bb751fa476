package recall

import (
	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// An item is a label as it was when it was put into the queue.
type item struct {
	since genealogy.Moment
	epoch int32
	label int32
}

func (a *item) before(b *item) bool {
	return a.since.Before(b.since) || a.since == b.since && a.epoch < b.epoch
}

// A queue gives its items in the order of the walk, then of epochs: of two labels
// on a cut that of the earlier epoch is settled first. Most come in order, since
// contacts stand in order of records: these wait in line, the others in a heap.
type queue struct {
	line  []item
	first int // of the line
	heap  []item
}

func (q *queue) empty() bool { return q.first == len(q.line) && len(q.heap) == 0 }

// clear empties the queue, and keeps its memory.
func (q *queue) clear() { q.line, q.first, q.heap = q.line[:0], 0, q.heap[:0] }

// soon returns what comes next, or soon after.
func (q *queue) soon() [3][]item { return [3][]item{q.line[q.first:], q.heap} }

func (q *queue) push(it item) {
	if n := len(q.line); n == q.first || !it.before(&q.line[n-1]) {
		q.line = append(q.line, it)
		return
	}
	q.heap = append(q.heap, it)
	i := len(q.heap) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !it.before(&q.heap[up]) {
			break
		}
		q.heap[i] = q.heap[up]
		i = up
	}
	q.heap[i] = it
}

func (q *queue) pop() item {
	if len(q.heap) == 0 || q.first < len(q.line) && q.line[q.first].before(&q.heap[0]) {
		q.first++
		return q.line[q.first-1]
	}
	top, last := q.heap[0], len(q.heap)-1
	it := q.heap[last]
	q.heap = q.heap[:last]
	i := 0
	for {
		down := 2*i + 1
		if down >= last {
			break
		}
		if down+1 < last && q.heap[down+1].before(&q.heap[down]) {
			down++
		}
		if !q.heap[down].before(&it) {
			break
		}
		q.heap[i] = q.heap[down]
		i = down
	}
	if last > 0 {
		q.heap[i] = it
	}
	return top
}

// A timetable is a queue of things and the instants at which they are come to.
type timetable struct {
	direction
	queue queue
	since map[int32]event.Time
	done  map[int32]bool
}

func newTimetable(d direction) *timetable {
	return &timetable{direction: d, since: make(map[int32]event.Time), done: make(map[int32]bool)}
}

// reach notes that a thing can be come to at an instant, if none is earlier.
func (t *timetable) reach(thing int32, at event.Time) {
	if old, seen := t.since[thing]; !seen || t.compare(at, old) < 0 {
		t.since[thing] = at
		t.queue.push(item{since: genealogy.NearEnd(at, t.backward), label: thing})
	}
}

// next returns the thing that is come to next, each once.
func (t *timetable) next() (thing int32, at event.Time, ok bool) {
	for !t.queue.empty() {
		if thing = t.queue.pop().label; !t.done[thing] {
			t.done[thing] = true
			return thing, t.since[thing], true
		}
	}
	return 0, event.Time{}, false
}
