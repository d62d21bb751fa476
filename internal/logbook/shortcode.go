package logbook

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"suyuan/internal/ledger"
)

// A ShortCode names a ledger's state so that two people can compare it over a telephone: its size, and six groups of five digits, each 40 bits of the
// root modulo 100,000. Some hundred bits: nobody meets it by chance, but who owns a ledger could search for another history with the same code (2^50
// trials), which the whole root of a signed checkpoint does not allow. It is no proof.
type ShortCode string

const (
	codeGroups = 6
	groupBytes = 5
)

// ShortCodeOf is the code of a head.
func ShortCodeOf(size uint64, root ledger.Hash) ShortCode {
	words := []string{strconv.FormatUint(size, 10) + ":"}
	for i := range codeGroups {
		n := uint64(0)
		for _, b := range root[i*groupBytes:][:groupBytes] {
			n = n<<8 | uint64(b)
		}
		words = append(words, fmt.Sprintf("%05d", n%100_000))
	}
	return ShortCode(strings.Join(words, " "))
}

// ParseShortCode reads a code as people write it down: digits, the first group the size, anything between them.
func ParseShortCode(text string) (size uint64, code ShortCode, ok bool) {
	groups := strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if len(groups) != codeGroups+1 {
		return 0, "", false
	}
	size, err := strconv.ParseUint(groups[0], 10, 64)
	for _, g := range groups[1:] {
		if len(g) != groupBytes {
			return 0, "", false
		}
	}
	return size, ShortCode(strconv.FormatUint(size, 10) + ": " + strings.Join(groups[1:], " ")), err == nil && size > 0
}

// ShortCode returns the code of the ledger as it is, or as it was at a size; 0 is now. Beyond the end it is a [*BeyondError].
func (b *Book) ShortCode(ctx context.Context, size uint64) (code ShortCode, err error) {
	err = b.reading(ctx, func(l *ledger.Ledger) error {
		head := l.Head()
		switch {
		case size == 0:
			size = head.Size
		case size > head.Size:
			return &BeyondError{Asked: size, Size: head.Size}
		}
		at, err := headAt(ctx, l, size)
		code = ShortCodeOf(size, at.Root)
		return err
	})
	return code, err
}
