package table

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"suyuan/internal/interchange/sheet"
)

// A Layout holds the keys by which profiles of every kind say how a file is laid out, and mean the same: a part of the struct that [Strictly] decodes into.
type Layout struct {
	Name      string `toml:"name"`
	Encoding  string `toml:"encoding"`
	Separator string `toml:"separator"`
	Sheet     string `toml:"sheet"`
	HeaderRow int    `toml:"header_row"`
	Decimal   string `toml:"decimal"`
	Zone      string `toml:"zone"`
	Time      any    `toml:"time"`
	Formulas  string `toml:"formulas"`
	Hidden    string `toml:"hidden"`
}

// Options returns how the file is to be opened, and whether its decimals are written with a comma. Its errors are of type [*ProfileError].
func (l *Layout) Options() (o sheet.Options, comma bool, err error) {
	var errs [4]error
	o = sheet.Options{Sheet: l.Sheet, FirstRow: l.HeaderRow}
	o.Encoding, errs[0] = chosen("encoding", strings.ToLower(l.Encoding), sheet.UTF8, sheet.GB18030, "gbk", "gb2312")
	o.Formulas, errs[1] = chosen("formulas", l.Formulas, sheet.Refuse, sheet.Read)
	o.Hidden, errs[2] = chosen("hidden", l.Hidden, sheet.Refuse, sheet.Read, sheet.Skip)
	mark, err := chosen("decimal", l.Decimal, ".", ",")
	errs[3] = err
	for _, err := range errs {
		if err != nil {
			return o, false, err
		}
	}
	if o.Encoding == "gbk" || o.Encoding == "gb2312" { // which GB18030 holds
		o.Encoding = sheet.GB18030
	}
	if l.Separator != "" {
		if utf8.RuneCountInString(l.Separator) != 1 || strings.ContainsAny(l.Separator, "\"\r\n\ufffd") {
			return o, false, &ProfileError{Key: "separator", Found: strconv.Quote(l.Separator), Want: "one character, as ; or \\t"}
		}
		o.Comma, _ = utf8.DecodeRuneInString(l.Separator)
	}
	if l.HeaderRow < 0 {
		return o, false, &ProfileError{Key: "header_row", Found: strconv.Itoa(l.HeaderRow), Want: "the row of the headings, from 1"}
	}
	return o, mark == ",", nil
}
