package main

import (
	"slices"
	"strings"

	"suyuan/internal/event"
)

// membersOf returns the members that a flag can give for type t, its own first. Of a type with actions that is what any action
// has: which of them belong to the one named is judged when the event is built.
func membersOf(t event.Type) []event.Member {
	members := event.Describe(t)
	for _, a := range event.ActionsOf(t) {
		for _, m := range event.DescribeAction(t, a) {
			if !slices.ContainsFunc(members, func(o event.Member) bool { return o.Name == m.Name }) {
				m.Must = false
				members = append(members, m)
			}
		}
	}
	return slices.DeleteFunc(members, func(m event.Member) bool { return m.Name == "type" })
}

// memberFlags returns one flag for each member. A list is given by repeating its flag, which is named for one of its elements:
// --unit U1 --unit U2 for units.
func memberFlags(t event.Type) []flagSpec {
	var flags []flagSpec
	for _, m := range membersOf(t) {
		f := flagSpec{name: flagName(m), text: "member." + textName(t, m.Name), must: m.Must, member: &m}
		if many(m.Kind) {
			f.list = true
			if plural := dashed(m.Name); plural != f.name {
				f.aliases = []string{plural}
			}
		}
		if m.Kind != event.MemberFlag {
			f.takes = placeholder(m)
		}
		flags = append(flags, f)
	}
	return flags
}

// textName is the name under which a member has its texts: the role of a unit is what it is for, that of a key what its holder is.
func textName(t event.Type, name string) string {
	if t == event.TypeKey && name == "role" {
		return "key_role"
	}
	return name
}

func dashed(name string) string { return strings.ReplaceAll(name, "_", "-") }

// flagName keeps the name of a list of verifier keys: --keys stands beside --key, which is one key's id.
func flagName(m event.Member) string {
	name := dashed(m.Name)
	if many(m.Kind) && m.Kind != event.MemberKeys {
		name = strings.TrimSuffix(name, "s")
	}
	return name
}

// many reports whether a member is given by repeating its flag.
func many(k event.MemberKind) bool {
	switch k {
	case event.MemberTexts, event.MemberIDs, event.MemberThings, event.MemberUUIDs, event.MemberChoices, event.MemberObjects,
		event.MemberKeys, event.MemberCodes, event.MemberValues, event.MemberExt, event.MemberTrigger:
		return true
	case event.MemberText, event.MemberTime, event.MemberID, event.MemberThing, event.MemberUUID, event.MemberDecimal,
		event.MemberCount, event.MemberInteger, event.MemberFlag, event.MemberChoice, event.MemberDigest, event.MemberPublic,
		event.MemberJSON, event.MemberObject:
	}
	return false
}

func placeholder(m event.Member) string {
	switch m.Kind {
	case event.MemberTime:
		return "TIME"
	case event.MemberID, event.MemberIDs:
		return strings.ToUpper(m.ThingKind.String())
	case event.MemberThing, event.MemberThings:
		return "KIND:ID"
	case event.MemberUUID, event.MemberUUIDs:
		return "EVENT"
	case event.MemberDecimal:
		return "DECIMAL"
	case event.MemberCount, event.MemberInteger:
		return "N"
	case event.MemberChoice, event.MemberChoices:
		return "WORD"
	case event.MemberDigest:
		return "SHA256"
	case event.MemberPublic, event.MemberKeys:
		return "KEY"
	case event.MemberCodes:
		return "KIND:ID=CODE"
	case event.MemberValues:
		return "NAME=VALUE"
	case event.MemberExt:
		return "PREFIX:NAME=TEXT"
	case event.MemberJSON:
		return "JSON"
	case event.MemberObject, event.MemberObjects:
		return "PARTS"
	case event.MemberText, event.MemberTexts, event.MemberTrigger, event.MemberFlag:
	}
	return "TEXT"
}

// memberHelp adds to a member's text what a value may be.
func memberHelp(m *event.Member) string {
	switch m.Kind {
	case event.MemberChoice, event.MemberChoices:
		return ": " + strings.Join(m.Choices, ", ")
	case event.MemberObject, event.MemberObjects:
		return " (" + strings.Join(partNames(*m), ", ") + ")"
	default:
		return ""
	}
}

func partNames(m event.Member) []string {
	names := make([]string, len(m.Members))
	for i, part := range m.Members {
		names[i] = part.Name
	}
	return names
}

// recordExamples are commands that work, given the things they name.
func recordExamples(t event.Type) []string {
	line := recordExample(t)
	if line == "" {
		return []string{"suyuan record --file event.json --as LC-H1/OP-7"}
	}
	return []string{"suyuan record " + string(t) + " --as LC-H1/OP-7 --time 2026-03-01T09:30:00+08:00 " + line}
}

func recordExample(t event.Type) string {
	switch t {
	case event.TypeRegister:
		return `--subject site:LC-H1 --name "Hospital 1" --region CN-46`
	case event.TypeEligibility:
		return "--donor D-1 --result eligible --basis screening"
	case event.TypeCollection:
		return "--donor D-1 --site LC-H1 --output unit=C-1,quantity=120,uom=mL --equipment LC-H1/APH-1"
	case event.TypeReceipt:
		return "--site LC-H1 --lot ALB-1 --product albumin --expires 2027-01-31T00:00:00+08:00"
	case event.TypeManufacture:
		return `--step expand --site LC-H1 --batch B-1 --input C-1 --material lot=ALB-1,aliquot=A --output unit=U-1,role=dose --value "viability=92.5"`
	case event.TypeTest:
		return "--subject batch:B-1 --sampled 2026-02-20T10:00:00+08:00 --result negative --assay sterility"
	case event.TypeRelease:
		return "--batch B-1 --decision released --signed-by LC-H1/OP-9"
	case event.TypeStore, event.TypeRetrieve:
		return "--unit U-1 --equipment LC-H1/TANK-2 --phase vapour"
	case event.TypeAllocation:
		return "--unit U-1 --patient P-1"
	case event.TypeShipment:
		return "--shipment S-1 --unit U-1 --site LC-H1 --to LC-H2 --equipment LC-DS-1 --low -196 --high -150 --uom Cel"
	case event.TypeHandover:
		return "--shipment S-1 --from carrier-a --to carrier-b --min -190 --max -185 --uom Cel"
	case event.TypeArrival:
		return "--shipment S-1 --site LC-H2 --accepted U-1 --min -190 --max -180 --uom Cel --seal intact"
	case event.TypeInfusion:
		return "--unit U-1 --patient P-1 --site LC-H2 --check name --check wristband"
	case event.TypeFollowup:
		return "--patient P-1 --outcome well"
	default:
		return lesserExample(t)
	}
}

func lesserExample(t event.Type) string {
	const id = "018f2b60-9c00-8a11-9d3e-0123456789ab"
	switch t {
	case event.TypeInventory:
		return "--site LC-H2 --equipment LC-H2/TANK-1 --unit U-1 --unit U-2"
	case event.TypeDisposal:
		return "--unit U-1 --method destroyed --witness LC-H1/OP-9"
	case event.TypeCleaning:
		return "--equipment LC-H1/BATH-1 --verified --method peracetic"
	case event.TypeEnvironment:
		return "--room LC-H1/CR-2 --class microbial --result in_limit"
	case event.TypeTemperature:
		return "--shipment SH-101 --from 2026-03-01T08:00:00+08:00 --to 2026-03-02T06:00:00+08:00 --min -191.2 --max -182.5 --log-sha256 " + strings.Repeat("3f", 32)
	case event.TypeContact:
		return `--thing unit:U-1 --thing unit:U-2 --level probable --reason "thawed on the same ice"`
	case event.TypeSame:
		return `--thing patient:P-1 --thing patient:H2-P-9 --reason "treated at two hospitals" --signed-by LC-H1/OP-9`
	case event.TypeCorrection:
		return "--corrects " + id + " --reason did_not_occur"
	case event.TypeCase:
		return `--case C-1 --action hold --thing lot:ALB-1`
	case event.TypeSignature:
		return "--signs " + id + " --meaning reviewed"
	case event.TypeKey:
		return "--action revoke --key " + strings.Repeat("3f", 32) + ` --reason "token lost" --since 2026-02-28T18:00:00+08:00`
	case event.TypePolicy:
		return "--action set --on release --need meaning=released,role=QP --need meaning=reviewed --people 2 --gate entry"
	default:
		return ""
	}
}
