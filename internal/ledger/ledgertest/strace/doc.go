// Package strace runs a program under strace(1), which can make one of its system calls fail or kill it there, and reads which
// calls it made. It is for tests, on Linux; elsewhere there is no strace, and [Usable] says so.
//
// What strace prints is described in its manual. Two things in it are easy to get wrong. Calls are counted for injection for
// each thread and name by themselves, and where paths are given, only among the calls that touch one of them; and a line may be
// cut in two by another thread's.
package strace
