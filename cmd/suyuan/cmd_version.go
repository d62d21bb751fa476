package main

import (
	"context"
	"runtime"
	"runtime/debug"

	"suyuan/internal/ledger"
)

// version is what the next release will be called; a build from a tagged module says the tag instead.
const version = "0.1.0-dev"

type versionJSON struct {
	Format   int    `json:"format"`
	Go       string `json:"go"`
	Revision string `json:"revision"`
	Version  string `json:"version"`
}

func runVersion(_ context.Context, p *program, _ *input) error {
	v := versionJSON{Version: version, Go: runtime.Version(), Format: ledger.Version}
	if info, ok := debug.ReadBuildInfo(); ok {
		if m := info.Main.Version; m != "" && m != "(devel)" {
			v.Version = m
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v.Revision = s.Value
			}
		}
	}
	if p.json {
		p.answerJSON(v)
		return nil
	}
	p.line("%s", p.text("version.line", v))
	return nil
}
