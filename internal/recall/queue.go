package recall

import (
	"suyuan/internal/event"
)

// An item is a label as it was when it was put into the queue.
type item struct {
	since event.Time
	epoch int32
	label int32
}

// A queue is a binary heap in the order of the walk, then of epochs: of two
// labels on a cut that of the earlier epoch is settled first.
type queue struct {
	direction
	items []item
}

func (q *queue) less(a, b *item) bool {
	if c := q.compare(a.since, b.since); c != 0 {
		return c < 0
	}
	return a.epoch < b.epoch
}

func (q *queue) push(it item) {
	q.items = append(q.items, it)
	i := len(q.items) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !q.less(&q.items[i], &q.items[up]) {
			return
		}
		q.items[i], q.items[up] = q.items[up], q.items[i]
		i = up
	}
}

func (q *queue) pop() item {
	top := q.items[0]
	last := len(q.items) - 1
	q.items[0] = q.items[last]
	q.items = q.items[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return top
		}
		if down+1 < last && q.less(&q.items[down+1], &q.items[down]) {
			down++
		}
		if !q.less(&q.items[down], &q.items[i]) {
			return top
		}
		q.items[i], q.items[down] = q.items[down], q.items[i]
		i = down
	}
}
