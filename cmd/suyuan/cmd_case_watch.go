package main

import (
	"bufio"
	"bytes"
	"context"
	"strings"
	"time"

	"suyuan/internal/event"
)

// runCaseWatch shows how a case stands until it is told to stop, on a terminal; anywhere else, once.
func runCaseWatch(ctx context.Context, p *program, in *input) error {
	every := 5 * time.Second
	if s := in.text("every"); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil || d < time.Second {
			return usage("every", data{"Found": s})
		}
		every = d
	}
	if !p.terminal || p.json {
		return runCaseStatus(ctx, p, in)
	}
	c, err := caseOf(in)
	if err != nil {
		return err
	}
	profile, _, err := p.profileFlag(ctx, in.text("profile"))
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	show := func() error {
		s, err := p.standing(ctx, book, c, profile, event.Time{})
		if err != nil {
			return err
		}
		p.screen(p.text("case.watching", data{"Now": clock(event.TimeOf(p.now())), "Every": every.String()}), func() { p.printCase(s) })
		return nil
	}
	if _, err := p.standing(ctx, book, c, profile, event.Time{}); err != nil {
		return err // said where it stays
	}
	return p.watch(ctx, every, show)
}

// screen shows a head and as much of what is printed as the terminal has lines: what is overdue leads, and must not roll away.
func (p *program) screen(head string, show func()) {
	var page bytes.Buffer
	out := p.out
	p.out = bufio.NewWriter(&page)
	show()
	p.flush()
	p.out = out
	lines := strings.SplitAfter(page.String(), "\n")
	if rows := p.env.Height(); rows > 2 && len(lines) > rows-2 {
		lines = append(lines[:rows-3:rows-3], "…\n")
	}
	p.line("\x1b[H\x1b[2J%s", head)
	p.write(strings.Join(lines, ""))
	p.flush()
}

// watch shows on the terminal's other screen, and gives the first one back however it ends.
func (p *program) watch(ctx context.Context, every time.Duration, show func() error) error {
	p.line("\x1b[?1049h\x1b[?25l")
	defer func() {
		p.line("\x1b[?25h\x1b[?1049l")
		p.flush()
	}()
	for {
		if err := show(); err != nil {
			return err
		}
		if err := p.env.Pause(ctx, every); err != nil {
			return err
		}
	}
}

// pause waits, or returns why it could not.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
