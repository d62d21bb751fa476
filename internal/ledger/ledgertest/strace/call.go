package strace

import (
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// A Call is one call of the system. Calls are in the order in which they began.
type Call struct {
	Thread   int
	Name     string
	Args     string // as strace prints them
	Result   string // what follows the equals sign; "?" for a call that never came back
	Injected bool   // strace made it fail
}

// CameBack says whether the program went on after the call.
func (c Call) CameBack() bool { return !strings.HasPrefix(c.Result, "?") }

// Failed says whether the call returned an error, injected or not.
func (c Call) Failed() bool { return strings.HasPrefix(c.Result, "-1 ") || !c.CameBack() }

// Read reads what strace wrote to the file log.
func Read(log string) ([]Call, error) {
	text, err := os.ReadFile(log)
	if err != nil {
		return nil, err
	}
	return Parse(string(text))
}

var (
	whole   = regexp.MustCompile(`^([a-z0-9_]+)\((.*)\)\s+= (.*)$`)
	begun   = regexp.MustCompile(`^([a-z0-9_]+)\((.*?),? ?<unfinished \.\.\.>$`)
	resumed = regexp.MustCompile(`^<\.\.\. ([a-z0-9_]+) resumed>(.*)\)\s+= (.*)$`)
)

// Parse reads lines of strace -f.
func Parse(text string) ([]Call, error) {
	var calls []Call
	open := make(map[int]int) // by thread, the call whose end has not been seen
	for line := range strings.Lines(text) {
		number, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		thread, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("strace: %q: want a line that begins with the number of a thread", line)
		}
		rest = strings.TrimSpace(rest)
		switch {
		case strings.HasPrefix(rest, "+++ "), strings.HasPrefix(rest, "--- "): // an end, a signal
			continue
		case strings.HasPrefix(rest, "???("), strings.HasPrefix(rest, "<... ??? resumed>"): // strace did not get to see it before a kill
			continue
		case whole.MatchString(rest):
			m := whole.FindStringSubmatch(rest)
			calls = append(calls, finished(Call{Thread: thread, Name: m[1], Args: m[2]}, m[3]))
		case begun.MatchString(rest):
			m := begun.FindStringSubmatch(rest)
			open[thread] = len(calls)
			calls = append(calls, Call{Thread: thread, Name: m[1], Args: m[2], Result: "?"})
		case resumed.MatchString(rest):
			m := resumed.FindStringSubmatch(rest)
			i, ok := open[thread]
			if !ok || calls[i].Name != m[1] {
				return nil, fmt.Errorf("strace: %q: want the end of a call that was begun", line)
			}
			delete(open, thread)
			calls[i].Args += m[2]
			calls[i] = finished(calls[i], m[3])
		default:
			return nil, fmt.Errorf("strace: %q: want a call, its end, a signal or an end", line)
		}
	}
	return calls, nil
}

func finished(c Call, result string) Call {
	c.Result, c.Injected = strings.CutSuffix(result, " (INJECTED)")
	return c
}

var (
	descriptor = regexp.MustCompile(`^\d+<([^>]*)>`)
	quoted     = regexp.MustCompile(`"((?:\\x[0-9a-f]{2})*)"`)
	number     = regexp.MustCompile(`, (\d+)`)
)

// Paths returns the files that the call is about: that of its descriptor, or those that it names.
func (c Call) Paths() []string {
	byPath := c.Name != "fstat" && (strings.HasSuffix(c.Name, "at") || strings.HasSuffix(c.Name, "at2"))
	if m := descriptor.FindStringSubmatch(c.Args); m != nil && !byPath {
		return []string{text(m[1])}
	}
	var list []string
	for _, m := range quoted.FindAllStringSubmatch(c.Args, -1) {
		list = append(list, text(m[1]))
	}
	return list
}

// Data returns the bytes that a call that writes has written, as far as they were recorded.
func (c Call) Data() []byte {
	m := quoted.FindStringSubmatch(c.Args)
	if m == nil {
		return nil
	}
	return []byte(text(m[1]))
}

// Numbers returns the whole numbers among the arguments after the first one.
func (c Call) Numbers() []int64 {
	var list []int64
	for _, m := range number.FindAllStringSubmatch(c.Args, -1) {
		if n, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			list = append(list, n)
		}
	}
	return list
}

// text undoes -xx, which spells every byte of a string.
func text(s string) string {
	if !strings.HasPrefix(s, `\x`) {
		return s
	}
	b, err := hex.DecodeString(strings.ReplaceAll(s, `\x`, ""))
	if err != nil {
		return s
	}
	return string(b)
}
