package graphviz

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// Error numbers as the program's C library has them.
const (
	noSuchFile   = 44
	badFile      = 8
	notSupported = 52
)

// pageSize is that of WebAssembly.
const pageSize = 65536

// A handler answers one import. Its answer is the function's result, where it has one.
type handler func(ctx context.Context, m api.Module, args []uint64) int32

// handlers are the imports of names.txt. The program finds no file and no environment, its clock stands and its dice always
// fall the same way.
func handlers() map[string]handler {
	return map[string]handler{
		"a": stopped("an assertion failed"), "b": stopped("an exception was thrown"), "c": stopped("the program ended itself"),
		"h": stopped("the program gave up"),
		"d": write, "e": always(0), "i": always(badFile), "r": always(badFile),
		"f": always(-badFile), "j": always(-badFile), "l": always(-noSuchFile), "v": always(-noSuchFile), "w": always(-badFile), "y": always(-noSuchFile),
		"m": always(-notSupported), "n": always(-notSupported),
		"g": always(0), "o": always(0), "q": always(0), "x": always(0), "u": noDice,
		"k": grow, "p": complain, "s": always(0), "t": noEnvironment,
	}
}

// host offers the program its imports. One that is not in the table is an error: another version of the program would be.
func host(ctx context.Context, r wazero.Runtime, compiled wazero.CompiledModule) error {
	known := handlers()
	builder := r.NewHostModuleBuilder("a")
	for _, f := range compiled.ImportedFunctions() {
		module, name, _ := f.Import()
		h, ok := known[name]
		if !ok || module != "a" {
			return fmt.Errorf("the program wants %q of %q, which is not known here", name, module)
		}
		results := f.ResultTypes()
		builder.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(func(ctx context.Context, m api.Module, stack []uint64) {
			answer := h(ctx, m, stack)
			if len(results) > 0 {
				stack[0] = result(results[0], answer)
			}
		}), f.ParamTypes(), results).Export(name)
	}
	_, err := builder.Instantiate(ctx)
	return err
}

func result(t api.ValueType, answer int32) uint64 {
	if t == api.ValueTypeF64 {
		return api.EncodeF64(float64(answer))
	}
	return api.EncodeI32(answer)
}

func always(answer int32) handler {
	return func(context.Context, api.Module, []uint64) int32 { return answer }
}

// stopped ends the run: the runtime turns the panic of a host function into an error of the call.
func stopped(why string) handler {
	return func(context.Context, api.Module, []uint64) int32 { panic(errors.New(why)) }
}

// grow gives the program memory, within the bound of the runtime.
func grow(_ context.Context, m api.Module, args []uint64) int32 {
	memory, wanted := m.Memory(), uint32(args[0]) //nolint:gosec // a size of 32 bits
	if wanted <= memory.Size() {
		return 1
	}
	if _, ok := memory.Grow((wanted - memory.Size() + pageSize - 1) / pageSize); !ok {
		return 0
	}
	return 1
}

func noDice(_ context.Context, m api.Module, args []uint64) int32 {
	at, size := uint32(args[0]), uint32(args[1]) //nolint:gosec // an address and a size of 32 bits
	if b, ok := m.Memory().Read(at, size); ok {
		clear(b)
	}
	return 0
}

func noEnvironment(_ context.Context, m api.Module, args []uint64) int32 {
	for _, at := range args[:2] {
		m.Memory().WriteUint32Le(uint32(at), 0) //nolint:gosec // an address of 32 bits
	}
	return 0
}

// A speech is what the program said in one run.
type speech struct{ words strings.Builder }

type speechKey struct{}

// enough is how much of what it says is kept.
const enough = 4096

func (s *speech) add(text string) {
	if s != nil && s.words.Len() < enough {
		s.words.WriteString(text)
	}
}

// or returns what was said, or else the error.
func (s *speech) or(err error) string {
	if said := strings.TrimSpace(s.words.String()); said != "" {
		return said
	}
	if err != nil {
		return err.Error()
	}
	return "no reason given"
}

func heard(ctx context.Context) *speech {
	s, _ := ctx.Value(speechKey{}).(*speech)
	return s
}

// complain takes an error message, a string of the program.
func complain(ctx context.Context, m api.Module, args []uint64) int32 {
	var b []byte
	for at := uint32(args[0]); len(b) < enough; at++ { //nolint:gosec // an address of 32 bits
		c, ok := m.Memory().ReadByte(at)
		if !ok || c == 0 {
			break
		}
		b = append(b, c)
	}
	heard(ctx).add(string(b))
	return 0
}

// write takes what is written to any file: a list of pieces, each an address and a length.
func write(ctx context.Context, m api.Module, args []uint64) int32 {
	list, n, written := uint32(args[1]), uint32(args[2]), uint32(args[3]) //nolint:gosec // addresses and sizes of 32 bits
	total := uint32(0)
	for i := range n {
		at, ok1 := m.Memory().ReadUint32Le(list + 8*i)
		size, ok2 := m.Memory().ReadUint32Le(list + 8*i + 4)
		piece, ok3 := m.Memory().Read(at, size)
		if !ok1 || !ok2 || !ok3 {
			return badFile
		}
		heard(ctx).add(string(piece))
		total += size
	}
	m.Memory().WriteUint32Le(written, total)
	return 0
}
