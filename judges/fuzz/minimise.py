"""Makes a failing sequence as short as possible."""

import time


def minimise(sequence, fails, seconds=20):
    """Drops commands for as long as `fails` says that the same fault is left: halves first, single commands in the end."""
    deadline = time.monotonic() + seconds
    commands, size = sequence.commands, max(1, len(sequence.commands) // 2)
    while True:
        at, before = 0, len(commands)
        while at < len(commands):
            if time.monotonic() > deadline:
                return sequence.only(commands)
            shorter = commands[:at] + commands[at + size:]
            if shorter and fails(sequence.only(shorter)):
                commands = shorter
            else:
                at += size
        if size > 1:
            size = max(1, size // 2)
        elif len(commands) == before:
            return sequence.only(commands)
