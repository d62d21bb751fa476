package pdf

import (
	"strings"

	"github.com/rivo/uniseg"
)

// A breaker fills lines of a width. Joined, the lines are the text.
type breaker struct {
	face        *face
	size, width float64
	lines       []string
	line        strings.Builder
	used        float64
}

// wrap breaks a text where the Unicode line breaking rules (UAX 14) allow it, and what is wider than a line anywhere between two
// characters as readers see them. It has at least one line.
func (f *face) wrap(s string, size, width float64) []string {
	b := &breaker{face: f, size: size, width: width}
	for state := -1; s != ""; {
		var segment string
		segment, s, _, state = uniseg.FirstLineSegmentInString(s, state)
		b.add(segment)
	}
	b.flush()
	return b.lines
}

func (b *breaker) add(segment string) {
	// Blanks at the end of a line hang over its edge.
	w := b.face.width(strings.TrimRight(segment, " "), b.size)
	if w > b.width {
		b.split(segment)
		return
	}
	if b.used > 0 && b.used+w > b.width {
		b.flush()
	}
	b.line.WriteString(segment)
	b.used += b.face.width(segment, b.size)
}

// split puts a segment that fits no line into as many as it takes, from the line begun on.
func (b *breaker) split(segment string) {
	for state := -1; segment != ""; {
		var cluster string
		cluster, segment, _, state = uniseg.FirstGraphemeClusterInString(segment, state)
		w := b.face.width(cluster, b.size)
		if b.used > 0 && b.used+w > b.width && cluster != " " {
			b.flush()
		}
		b.line.WriteString(cluster)
		b.used += w
	}
}

func (b *breaker) flush() {
	if b.line.Len() > 0 || len(b.lines) == 0 {
		b.lines = append(b.lines, b.line.String())
	}
	b.line.Reset()
	b.used = 0
}
