package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// A Lang is a language that every text is there in.
type Lang string

// The languages.
const (
	English Lang = "en"
	Chinese Lang = "zh"
)

// Langs returns the languages.
func Langs() []Lang { return []Lang{English, Chinese} }

// Parse reads a language as --lang takes it.
func Parse(s string) (Lang, bool) {
	l := Lang(s)
	return l, slices.Contains(Langs(), l)
}

// FromEnvironment returns the language of the first of LC_ALL, LC_MESSAGES and LANG that is set, as POSIX ranks them: Chinese
// for any of zh, English otherwise.
func FromEnvironment(getenv func(string) string) Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		value := strings.ToLower(getenv(name))
		if value == "" {
			continue
		}
		if value == "zh" || strings.HasPrefix(value, "zh_") || strings.HasPrefix(value, "zh-") || strings.HasPrefix(value, "zh.") {
			return Chinese
		}
		return English
	}
	return English
}

// Data fills the fields of a text.
type Data map[string]any

// Texts are the texts of one language. They may be used by many goroutines.
type Texts struct {
	lang      Lang
	ids       map[string]bool
	localizer *i18n.Localizer
}

// New reads the message files of l. That they can be read is tested, so that a failure is a broken build and panics.
func New(l Lang) *Texts {
	bundle := i18n.NewBundle(language.Make(string(l)))
	t := &Texts{lang: l, ids: make(map[string]bool)}
	for _, name := range fileNames(l) {
		b, err := files.ReadFile(name)
		if err != nil {
			panic(fmt.Sprintf("message file %s: %v", name, err))
		}
		messages, err := bundle.ParseMessageBytes(language.Make(string(l)), b, json.Unmarshal)
		if err != nil {
			panic(fmt.Sprintf("message file %s: %v", name, err))
		}
		for _, m := range messages {
			t.ids[m.ID] = true
		}
	}
	t.localizer = i18n.NewLocalizer(bundle, string(l))
	return t
}

func fileNames(l Lang) []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("message files: %v", err))
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "."+string(l)+".json") {
			names = append(names, e.Name())
		}
	}
	return names
}

// Lang returns the language.
func (t *Texts) Lang() Lang { return t.lang }

// Has reports whether there is a text of that id.
func (t *Texts) Has(id string) bool { return t.ids[id] }

// Text returns the text id with its fields filled from data: a [Data], a struct, or nothing.
func (t *Texts) Text(id string, data ...any) string {
	config := &i18n.LocalizeConfig{MessageID: id}
	if len(data) > 0 {
		config.TemplateData = data[0]
	}
	return t.localize(config)
}

// Count returns the text id in the form that n asks for ("1 unit", "2 units"), with the field N.
func (t *Texts) Count(id string, n int) string {
	return t.localize(&i18n.LocalizeConfig{MessageID: id, PluralCount: n, TemplateData: Data{"N": n}})
}

// Or returns the text id where there is one, and otherwise the fallback: for words of a vocabulary that a later ledger added.
func (t *Texts) Or(id, fallback string) string {
	if !t.ids[id] {
		return fallback
	}
	return t.Text(id)
}

func (t *Texts) localize(config *i18n.LocalizeConfig) string {
	text, err := t.localizer.Localize(config)
	if text == "" && err != nil {
		return config.MessageID
	}
	return text
}
