package chart

import (
	"slices"
	"testing"
	"time"
)

func moment(second int64) time.Time { return time.Unix(second, 0).UTC() }

func TestSpansAreSortedAndJoinedWhereTheyOverlap(t *testing.T) {
	t.Parallel()
	list, err := intervals([]Span{{moment(7), moment(9)}, {moment(0), moment(3)}, {moment(9), moment(10)}, {moment(2), moment(2)}, {moment(1), moment(5)}})
	if err != nil {
		t.Fatal(err)
	}
	const second = int64(time.Second)
	want := []interval{{0, 5 * second}, {7 * second, 9 * second}, {9 * second, 10 * second}}
	if got := apart(list); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestSpansThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []Span{{moment(2), moment(1)}, {time.Time{}, moment(1)}, {moment(1), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}} {
		if _, err := intervals([]Span{s}); err == nil {
			t.Errorf("%v was taken", s)
		}
	}
}
