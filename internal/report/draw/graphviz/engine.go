package graphviz

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

//go:embed graphviz.wasm
var program []byte

// The functions of the program that are called, by the short names of names.txt.
const (
	constructors = "A"
	allocate     = "F"
	readGraph    = "I"
	newContext   = "V"
	layout       = "X"
	render       = "_"
)

// memoryPages bounds what one layout may take, at 64 KiB a page: 200 nodes take 16 MiB.
const memoryPages = 4096

// longest is the size of the longest source and answer.
const longest = 16 << 20

// ErrRefused is wrapped by the error of a graph that Graphviz does not take, or gives up on.
var ErrRefused = errors.New("graphviz refused the graph")

// An Engine is Graphviz, ready to run. It can be used by several goroutines at once.
type Engine struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

// Open compiles the program, which takes the better part of a second. The caller closes it.
func Open(ctx context.Context) (*Engine, error) {
	if ctx.Err() != nil {
		return nil, fmt.Errorf("compile graphviz: %w", context.Cause(ctx))
	}
	config := wazero.NewRuntimeConfig().WithCloseOnContextDone(true).WithMemoryLimitPages(memoryPages)
	r := wazero.NewRuntimeWithConfig(ctx, config)
	compiled, err := r.CompileModule(ctx, program)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("compile graphviz: %w", err), r.Close(ctx))
	}
	if err := host(ctx, r, compiled); err != nil {
		return nil, errors.Join(fmt.Errorf("host of graphviz: %w", err), r.Close(ctx))
	}
	return &Engine{runtime: r, compiled: compiled}, nil
}

// Close frees what the engine holds.
func (e *Engine) Close(ctx context.Context) error { return e.runtime.Close(ctx) }

// Layout places the graph of a DOT source by the engine "dot" and returns it as Graphviz's json0. It ends when ctx does. An
// error of the graph wraps [ErrRefused]; what Graphviz said about it stands in its text.
func (e *Engine) Layout(ctx context.Context, source string) ([]byte, error) {
	if len(source) > longest || strings.ContainsRune(source, 0) {
		return nil, fmt.Errorf("%w: a source of %d bytes; at most %d without NUL are wanted", ErrRefused, len(source), longest)
	}
	said := &speech{}
	run := context.WithValue(ctx, speechKey{}, said)
	module, err := e.runtime.InstantiateModule(run, e.compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return nil, fmt.Errorf("start graphviz: %w", err)
	}
	c := &call{module: module}
	answer := c.layout(run, source)
	if c.err == nil {
		c.err = module.Close(ctx)
	} else {
		c.err = errors.Join(c.err, module.Close(ctx))
	}
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("lay out the graph: %w", context.Cause(ctx))
	case c.err != nil || len(answer) == 0:
		return nil, fmt.Errorf("%w: %s", ErrRefused, said.or(c.err))
	}
	return answer, nil
}

// A call is one run of the program; after an error nothing more happens.
type call struct {
	module api.Module
	err    error
}

func (c *call) layout(ctx context.Context, source string) []byte {
	c.do(ctx, constructors)
	graph := c.do(ctx, readGraph, c.text(ctx, source))
	c.want(graph != 0)
	gvc := c.do(ctx, newContext)
	failed := c.do(ctx, layout, gvc, graph, c.text(ctx, "dot"))
	c.want(failed == 0)
	return c.read(c.do(ctx, render, gvc, graph, c.text(ctx, "json0")))
}

func (c *call) want(ok bool) {
	if c.err == nil && !ok {
		c.err = errors.New("no answer")
	}
}

func (c *call) do(ctx context.Context, function string, args ...uint64) uint64 {
	if c.err != nil {
		return 0
	}
	f := c.module.ExportedFunction(function)
	if f == nil {
		c.err = fmt.Errorf("the program has no function %q", function)
		return 0
	}
	results, err := f.Call(ctx, args...)
	if c.err = err; err != nil || len(results) == 0 {
		return 0
	}
	return results[0]
}

// text puts a string into the program's memory, ended by NUL. Nothing is freed: the memory goes with the run.
func (c *call) text(ctx context.Context, s string) uint64 {
	at := c.do(ctx, allocate, uint64(len(s)+1))
	if c.err == nil && (at == 0 || !c.module.Memory().Write(uint32(at), append([]byte(s), 0))) { //nolint:gosec // an address of 32 bits
		c.err = errors.New("out of memory")
	}
	return at
}

func (c *call) read(at uint64) []byte {
	c.want(at != 0)
	if c.err != nil {
		return nil
	}
	memory := c.module.Memory()
	size := min(longest, memory.Size()-uint32(at)) //nolint:gosec // an address of 32 bits
	b, ok := memory.Read(uint32(at), size)         //nolint:gosec // an address of 32 bits
	end := bytes.IndexByte(b, 0)
	if !ok || end < 0 {
		c.err = fmt.Errorf("the answer has no end within %d bytes", longest)
		return nil
	}
	return bytes.Clone(b[:end])
}
