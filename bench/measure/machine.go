package measure

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// Machine says in one line on what a run was made.
func Machine(dir string) string {
	parts := []string{fmt.Sprintf("%d × %s", runtime.NumCPU(), processor())}
	if m := field("/proc/meminfo", "MemTotal:"); m != "" {
		parts = append(parts, m+" of memory")
	}
	if fs := fileSystem(dir); fs != "" {
		parts = append(parts, fs)
	}
	return strings.Join(append(parts, runtime.GOOS+"/"+runtime.GOARCH+" "+kernel()), ", ")
}

func processor() string {
	if name := field("/proc/cpuinfo", "model name"); name != "" {
		return strings.TrimSpace(strings.TrimPrefix(name, ":"))
	}
	return runtime.GOARCH
}

// field returns what follows a name at the beginning of a line, or "".
func field(path, name string) string { return fields(path, name)[0] }

// fields is field for several names of one reading.
func fields(path string, names ...string) []string {
	found := make([]string, len(names))
	b, err := os.ReadFile(path)
	if err != nil {
		return found
	}
	for line := range strings.Lines(string(b)) {
		for i, name := range names {
			if rest, ok := strings.CutPrefix(line, name); ok && found[i] == "" {
				found[i] = strings.TrimSpace(rest)
			}
		}
	}
	return found
}

func kernel() string {
	b, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// fileSystem is the kind of the one that holds dir: that of the longest mount point it lies below.
func fileSystem(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	b, err := os.ReadFile("/proc/mounts")
	if err != nil {
		return ""
	}
	var longest, kind string
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) > 2 && len(f[1]) >= len(longest) && (f[1] == "/" || dir == f[1] || strings.HasPrefix(dir, f[1]+"/")) {
			longest, kind = f[1], f[2]
		}
	}
	return kind
}

// Versions returns the versions of Go, of the named modules as they are linked, and of PostgreSQL if it is there.
func Versions(modules ...string) []string {
	list := []string{runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if slices.Contains(modules, m.Path) {
				list = append(list, m.Path+" "+m.Version)
			}
		}
	}
	if out, err := exec.Command("postgres", "--version").Output(); err == nil { //nolint:noctx // it takes no time
		list = append(list, strings.TrimSpace(string(out)))
	}
	return list
}

// Commit returns the commit that dir is a checkout of, or "".
func Commit(dir string) string {
	cmd := exec.Command("git", "describe", "--always", "--dirty", "--abbrev=12") //nolint:noctx // it takes no time
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
