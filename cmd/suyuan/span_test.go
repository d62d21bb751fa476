package main

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"
)

func TestSpanOfTheLongestTimesEnds(t *testing.T) {
	t.Parallel()
	env := Env{Getenv: func(string) string { return "" }, Now: time.Now, IsTerminal: func(any) bool { return false }, Width: func(any) int { return 0 }}
	p := newProgram(env, strings.NewReader(""), nil, new(bytes.Buffer))
	longest := p.span(math.MaxInt64)
	if got := p.span(math.MinInt64); got != "-"+longest {
		t.Errorf("the least duration is spelled %q, want %q", got, "-"+longest)
	}
}
