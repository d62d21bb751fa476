"""Runs a program on a pseudo-terminal: terminal.py STEPS PROGRAM [ARGUMENTS].

STEPS is a JSON list of [text to wait for, keys to type]. What the program
showed goes to stdout, and its exit code is handed on. A program that does not
show what is waited for is killed after a while.
"""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

LIMIT = 30  # seconds until a program that hangs is killed
steps = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
seen = b""
since = 0
end = time.monotonic() + LIMIT
killed = False
while True:
    if time.monotonic() > end and not killed:
        killed = True
        os.kill(pid, signal.SIGKILL)
    ready, _, _ = select.select([terminal], [], [], 1)
    if not ready:
        continue
    try:
        part = os.read(terminal, 4096)
    except OSError:  # Linux says so when the program is gone
        part = b""
    if not part:
        break
    seen += part
    if steps and steps[0][0].encode() in seen[since:]:
        since = len(seen)
        os.write(terminal, steps.pop(0)[1].encode())
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(seen)
sys.stdout.flush()
if steps:
    sys.exit("never shown: %r" % steps)
sys.exit(os.waitstatus_to_exitcode(status))
