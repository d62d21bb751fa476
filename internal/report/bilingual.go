package report

import (
	"time"

	"suyuan/internal/event"
	"suyuan/internal/i18n"
)

// An Issue is one making of a paper.
type Issue struct {
	Lang  i18n.Lang // empty for both, Chinese first
	Short string    // code of the ledger's state, by which who reads it can ask whether the ledger still says so
	Made  event.Time
}

// A bilingual says everything in two languages, and once where they are one.
type bilingual struct {
	zh, en *i18n.Texts
	zone   *time.Location
}

func inBoth(zone *time.Location) bilingual {
	return bilingual{zh: i18n.New(i18n.Chinese), en: i18n.New(i18n.English), zone: zone}
}

// in is the languages of an issue.
func (is *Issue) in(zone *time.Location) bilingual {
	if is.Lang == "" {
		return inBoth(zone)
	}
	t := i18n.New(is.Lang)
	return bilingual{t, t, zone}
}

// document begins one in the languages.
func (w *bilingual) document(title string, made event.Time) *Document {
	d := &Document{Lang: w.zh.Lang(), Title: title, Made: made}
	if w.en.Lang() != d.Lang {
		d.With = w.en.Lang()
	}
	return d
}

func (w *bilingual) text(id string, d ...any) string {
	return bothOf(w.zh.Text(id, d...), w.en.Text(id, d...))
}

func (w *bilingual) class(class string) string {
	return bothOf(RecallClass(w.zh, class), RecallClass(w.en, class))
}

func bothOf(zh, en string) string {
	if zh == en {
		return zh
	}
	return zh + " / " + en
}

func (w *bilingual) heads(ids ...string) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = w.text("head." + id)
	}
	return list
}
