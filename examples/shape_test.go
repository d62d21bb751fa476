package examples_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// An event as the contract writes it, read without the product's own parser.
type event map[string]any

func (e event) text(name string) string {
	s, _ := e[name].(string)
	return s
}

func (e event) texts(name string) []string {
	list, _ := e[name].([]any)
	var out []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (e event) objects(name string) []event {
	list, _ := e[name].([]any)
	var out []event
	for _, v := range list {
		if m, ok := v.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func (e event) moment(name string) time.Time {
	t, _ := time.Parse(time.RFC3339, e.text(name))
	return t
}

// common are the members that every event may have.
const common = "type time end id n site room operators codes note replaces deviation ext"

// shapes says for each type that the examples use what it must and may have (contract, section 2).
func shapes() map[string][2]string {
	return map[string][2]string{
		"register":    {"subject", "name class contact country region at licence"},
		"eligibility": {"donor result", "basis until"},
		"collection":  {"donor site outputs", "materials equipment consent"},
		"receipt":     {"site lot", "product supplier origin batch quantity uom expires customs"},
		"manufacture": {"step site", "outputs units inputs batch materials equipment changes values outcome"},
		"test":        {"subject sampled result", "assay sample organism value uom low high"},
		"release":     {"decision signed_by", "units batch pending requested_by authority"},
		"store":       {"units equipment", "position phase"},
		"retrieve":    {"units equipment", "position phase"},
		"allocation":  {"units patient", "due cancelled"},
		"shipment":    {"shipment units site to", "equipment carrier due low high uom purpose"},
		"handover":    {"shipment", "from to carrier equipment min max uom"},
		"arrival":     {"shipment site", "accepted rejected min max uom log_sha256 seal customs"},
		"infusion":    {"unit patient site checks", "dose route volume uom complete residue basis"},
		"followup":    {"patient", "outcome reaction grade organism unit measure value uom"},
		"inventory":   {"site units", "equipment count part of"},
		"disposal":    {"units method", "witness"},
		"cleaning":    {"verified", "equipment room method test"},
		"environment": {"class result", "room equipment value uom limit organism"},
		"correction":  {"corrects reason", ""},
		"same":        {"things reason signed_by", ""},
		"case":        {"case action", "kind reference sources class trigger aware things holds reason evidence signed_by to channel by found site patient result"},
	}
}

// decimals are the members whose amounts are decimal strings.
const decimals = "quantity value low high min max limit volume"

// shape checks one line on its own.
func shape(line string) (event, error) {
	var e event
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		return nil, err
	}
	if len(line) > 48<<10 {
		return e, fmt.Errorf("%d bytes, at most 48 KiB are allowed", len(line))
	}
	return e, members(e)
}

func members(e event) error {
	s, known := shapes()[e.text("type")]
	if !known {
		return fmt.Errorf("unknown type %q", e.text("type"))
	}
	for _, name := range strings.Fields(s[0] + " time") {
		if _, ok := e[name]; !ok {
			return fmt.Errorf("%s lacks %q", e.text("type"), name)
		}
	}
	allowed := strings.Fields(common + " " + s[0] + " " + s[1])
	for name := range e {
		if !slices.Contains(allowed, name) {
			return fmt.Errorf("%s has unknown member %q", e.text("type"), name)
		}
	}
	return values("", map[string]any(e))
}

var (
	timeForm    = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$`)
	decimalForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	uuidForm    = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	// Stricter than the contract: what looks like a direct identifier is refused wherever it stands.
	personForm = regexp.MustCompile(`1[3-9]\d{9}|\d{3}-\d\d-\d{4}|@`)
)

// values walks through everything in an event and checks each text by the name it stands under.
func values(name string, v any) error {
	switch v := v.(type) {
	case nil:
		return fmt.Errorf("%s is null", name)
	case float64:
		if v != float64(int64(v)) {
			return fmt.Errorf("%s is %v, want an integer", name, v)
		}
	case string:
		return word(name, v)
	case []any:
		for _, item := range v {
			if err := values(name, item); err != nil {
				return err
			}
		}
	case map[string]any:
		for member, item := range v {
			if err := values(member, item); err != nil {
				return err
			}
		}
	}
	return nil
}

func word(name, s string) error {
	forms := []struct {
		names string
		form  *regexp.Regexp
	}{
		{"time end from to expires due until sampled arrived released start aware", timeForm},
		{decimals, decimalForm},
		{"id replaces corrects holds", uuidForm},
	}
	if personForm.MatchString(s) {
		return fmt.Errorf("%s %q: looks like a person's number or address", name, s)
	}
	for _, f := range forms {
		// A shipment's "to" is a site; a use's "to" is a time.
		if slices.Contains(strings.Fields(f.names), name) && !f.form.MatchString(s) && name != "to" {
			return fmt.Errorf("%s is %q, want the form %s", name, s, f.form)
		}
	}
	return nil
}
