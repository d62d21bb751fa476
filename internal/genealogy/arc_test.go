package genealogy_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// arcsOf returns the contacts that lead away from a thing as walks take them.
func arcsOf(n *genealogy.Network, i int32, backward bool, kinds genealogy.ViaSet) []genealogy.Arc {
	if !n.Remembers(i) {
		return n.AppendArcs(nil, i, backward, kinds)
	}
	parts, arcs := n.Crowds(i, backward)
	arcs = slices.Clone(arcs)
	for _, crowd := range parts {
		for k := range crowd.Len() {
			var a genealogy.Arc
			if crowd.At(k, &a) {
				arcs = append(arcs, a)
			}
		}
	}
	return slices.DeleteFunc(arcs, func(a genealogy.Arc) bool { return !kinds.Has(a.Via) })
}

// contactsAsArcs returns the same of the contacts themselves.
func contactsAsArcs(n *genealogy.Network, i int32, backward bool, kinds genealogy.ViaSet) []string {
	var list []string
	row := n.From(i)
	if backward {
		row = n.Into(i)
	}
	for c := range row {
		peer, near, far := c.Target, genealogy.NearEnd(c.From, false), genealogy.FarEnd(c.To, false)
		if backward {
			peer, near, far = c.Source, genealogy.NearEnd(c.To, true), genealogy.FarEnd(c.From, true)
		}
		if kinds.Has(c.Via) {
			_, _, zone := n.When(c).Parts()
			list = append(list, fmt.Sprint(near, far, peer, c.Entry, c.Via, c.Grade, zone))
		}
	}
	slices.Sort(list)
	return list
}

// sameArcs compares both for every thing, in both directions, for all kinds of
// contacts and for some.
func sameArcs(t *testing.T, what string, g *genealogy.Graph, lean bool) {
	t.Helper()
	all := genealogy.SetOf(genealogy.Vias()...)
	onDemand := genealogy.SetOf(genealogy.ViaOpenLot, genealogy.ViaOperator)
	some := genealogy.SetOf(genealogy.ViaInput, genealogy.ViaMade, genealogy.ViaMaterial, genealogy.ViaInfusion)
	for _, kinds := range []genealogy.ViaSet{all, all &^ onDemand, some} {
		n := g.Contacts()
		if lean && kinds&onDemand == 0 {
			n.Lean()
		}
		for i := range int32(n.Len()) {
			for _, backward := range []bool{false, true} {
				var got []string
				for _, a := range arcsOf(n, i, backward, kinds) {
					got = append(got, fmt.Sprint(a.Near, a.Far, a.Peer, a.Entry, a.Via, a.Grade, n.ZoneOf(&a)))
				}
				slices.Sort(got)
				if want := contactsAsArcs(n, i, backward, kinds); !slices.Equal(got, want) {
					t.Errorf("%s, %v, backward %v, kinds %b:\ngot  %v\nwant %v", what, n.Ref(i), backward, kinds, got, want)
				}
			}
		}
	}
}

func TestArcsAreTheContactsInMemoryAndOnASnapshot(t *testing.T) {
	t.Parallel()
	sameArcs(t, "in memory", lecheng(t), false)
	sound := snapshotOf(t, lecheng(t))
	for way, open := range ways {
		s, err := open(sound)
		if err != nil {
			t.Fatal(err)
		}
		g, err := s.On()
		if err != nil {
			t.Fatal(err)
		}
		sameArcs(t, way, g, true)
	}
}

// What is seen of things at once is what each says by itself.
func TestThingsSeenAtOnceAreWhatTheyAre(t *testing.T) {
	t.Parallel()
	s, err := genealogy.MapSnapshot(snapshotOf(t, lecheng(t)))
	if err != nil {
		t.Fatal(err)
	}
	g, err := s.On()
	if err != nil {
		t.Fatal(err)
	}
	kinds := genealogy.SetOf(genealogy.Vias()...) &^ genealogy.SetOf(genealogy.ViaOpenLot, genealogy.ViaOperator)
	n := g.Contacts().Lean()
	things := make([]int32, n.Len())
	for i := range things {
		things[i] = int32(i)
	}
	for _, backward := range []bool{false, true} {
		sights := make([]genealogy.Sight, len(things))
		arcs, seen := n.See(nil, things, sights, backward, kinds), 0
		for i, sight := range sights {
			if k := n.Ref(things[i]).Kind(); sight.Kind != k {
				t.Errorf("%v was seen as a %v", n.Ref(things[i]), sight.Kind)
			}
			if sight.From < 0 {
				continue
			}
			seen++
			if want := n.AppendArcs(nil, things[i], backward, kinds); !slices.Equal(arcs[sight.From:sight.To], want) {
				t.Errorf("%v, backward %v: %v, want %v", n.Ref(things[i]), backward, arcs[sight.From:sight.To], want)
			}
		}
		if seen == 0 {
			t.Error("no thing's contacts were seen")
		}
	}
}

// Rows that are not what was written, under checksums that are right, are damage
// or something else, and nothing worse.
func TestForgedRowsAreReadSafely(t *testing.T) {
	t.Parallel()
	sound := snapshotOf(t, lecheng(t))
	step := 131
	if testing.Short() {
		step = 1031
	}
	for at := 32; at < len(sound)-400; at += step {
		for _, x := range []byte{0x00, 0x7f, 0x80, 0xff} {
			forged := bytes.Clone(sound)
			forged[at] = x
			if !resealed(forged) {
				t.Fatal("the form of a snapshot's end has changed: teach resealed")
			}
			if err := walkedSafely(forged); err != nil {
				t.Errorf("byte %d as %#x: %v", at, x, err)
			}
		}
	}
}

// walkedSafely reads the contacts of all things; damage is no error.
func walkedSafely(b []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(*genealogy.DamageError); !ok {
				err = fmt.Errorf("%v", r)
			}
		}
	}()
	s, err := genealogy.MapSnapshot(b)
	if err != nil {
		var damage *genealogy.DamageError
		if errors.As(err, &damage) || errors.Is(err, genealogy.ErrNoSnapshot) {
			return nil
		}
		return err
	}
	g, err := s.On()
	if err != nil {
		return nil // it is damage, and was told as that
	}
	kinds := genealogy.SetOf(genealogy.Vias()...) &^ genealogy.SetOf(genealogy.ViaOpenLot, genealogy.ViaOperator)
	n := g.Contacts().Lean()
	for i := range int32(n.Len()) {
		for _, backward := range []bool{false, true} {
			oneSafely(func() { arcsOf(n, i, backward, kinds) })
			oneSafely(func() { n.See(nil, []int32{i, i}, make([]genealogy.Sight, 2), backward, kinds) })
		}
	}
	return nil
}

// oneSafely lets damage of one thing not keep the others from being read.
func oneSafely(f func()) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(*genealogy.DamageError); !ok {
				panic(r)
			}
		}
	}()
	f()
}

func TestMomentsAreInTheOrderOfTheWalk(t *testing.T) {
	t.Parallel()
	var times []event.Time
	for _, s := range []string{"1970-01-01T00:00:00Z", "2026-01-01T00:00:00.000000001Z", "2026-01-01T08:00:00.5+08:00", "9999-12-31T23:59:59.999999999Z"} {
		at, err := event.ParseTime(s)
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, at)
	}
	for _, backward := range []bool{false, true} {
		moments := []genealogy.Moment{genealogy.Always}
		for _, at := range times {
			moments = append(moments, genealogy.MomentOf(at, backward))
			_, _, offset := at.Parts()
			if back := genealogy.MomentOf(at, backward).Time(backward, offset); back != at {
				t.Errorf("%v comes back as %v", at, back)
			}
		}
		moments = append(moments, genealogy.Never)
		if backward {
			slices.Reverse(moments[1 : len(moments)-1])
		}
		if !slices.IsSortedFunc(moments, genealogy.Moment.Compare) {
			t.Errorf("backward %v: %v is not in order", backward, moments)
		}
		for i, m := range moments[1:] {
			if !moments[i].Before(m) || m.Before(moments[i]) || m.Later(moments[i]) != m || m.Sooner(moments[i]) != moments[i] {
				t.Errorf("backward %v: %v and %v", backward, moments[i], m)
			}
		}
	}
	if z := genealogy.Always.Time(false, 0); !z.IsZero() || genealogy.NearEnd(z, true) != genealogy.Always || genealogy.FarEnd(z, true) != genealogy.Never {
		t.Error("an open end is not open")
	}
}
