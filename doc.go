// Package suyuan holds no code. Its tests keep the repository to its own word: who may import whom, what a pure package
// may use, how long functions and files may be, which modules are depended on and why (layout_test.go); that every
// command line in the documents runs, every link leads somewhere, and every test named in docs/validation.md exists
// (docs_test.go).
//
// The program is in cmd/suyuan. docs/design.md says how the parts fit together.
package suyuan
