package event

// A PolicyAction is what a policy event does.
type PolicyAction string

// The actions of docs/trust.md section 3.
const (
	PolicySet PolicyAction = "set"
	PolicyEnd PolicyAction = "end"
)

var policyActions = []string{"set", "end"}

// Meanings of a signature (21 CFR 11.50); the set is closed.
var meanings = []string{"performed", "reviewed", "approved", "released", "rejected", "witnessed"}

// Where a policy bites.
const (
	GateEntry = "entry" // the event is refused
	GateUse   = "use"   // units that it is about are not used
	GateNone  = "none"  // it is listed as open
)

// Policy says who must sign events of a type that are recorded after it. The
// part that Action names is there, and no other; of stored events the same is
// true as of [Key].
type Policy struct {
	Action PolicyAction
	Set    *PolicyTerms
	End    *PolicyEnding
}

// PolicyTerms are what a policy wants.
type PolicyTerms struct {
	On     Type // of a stored event, perhaps of a later vocabulary
	Needs  []PolicyNeed
	People int64 // how many different ones in all; 0 where not given, which is 1
	Gate   string
}

// A PolicyNeed is a signature that is wanted.
type PolicyNeed struct {
	Meaning string
	Role    string // any where empty
	Count   int64  // from how many people; 0 where not given, which is 1
}

// PolicyEnding ends the policy on a type.
type PolicyEnding struct {
	On Type
}

func (b *Policy) members(v visitor) {
	v.word("action", (*string)(&b.Action), policyActions)
	switch b.Action {
	case PolicySet:
		joined(v, "on", &b.Set, (*PolicyTerms).members)
	case PolicyEnd:
		joined(v, "on", &b.End, (*PolicyEnding).members)
	}
}

func (t *PolicyTerms) members(v visitor) {
	v.word("on", (*string)(&t.On), typeNames())
	objects(v, "needs", &t.Needs, must, (*PolicyNeed).members)
	v.count("people", &t.People)
	v.choice("gate", &t.Gate, []string{GateEntry, GateUse, GateNone}, must)
}

func (n *PolicyNeed) members(v visitor) {
	v.choice("meaning", &n.Meaning, meanings, must)
	v.text("role", &n.Role, may)
	v.count("count", &n.Count)
}

func (e *PolicyEnding) members(v visitor) {
	v.word("on", (*string)(&e.On), typeNames())
}

// check refuses a need that is there twice: who writes it wants two people, and
// one would do.
func (b *Policy) check(*Common) error {
	if b.Set == nil {
		return nil
	}
	needs := make([]PolicyNeed, len(b.Set.Needs))
	for i, n := range b.Set.Needs {
		needs[i] = PolicyNeed{Meaning: n.Meaning, Role: n.Role}
	}
	if i := repeated(needs); i >= 0 {
		return malformed(element("needs", i), "a meaning and role that the list has before", "different needs, or a count")
	}
	return nil
}

func (b *Policy) sayable() error {
	bare := Policy{Action: b.Action}
	switch b.Action {
	case PolicySet:
		bare.Set = b.Set
	case PolicyEnd:
		bare.End = b.End
	}
	return onlyOf(string(b.Action), bare == *b)
}
