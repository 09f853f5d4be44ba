#!/usr/bin/env python3
"""Half an hour of mixed load on servers whose actors panic every second: no wrong reply, no leak, no restart without a
panic.

    judges/soak.py [--backend tokio,kameo] [--topology single,sharded:4,per-key] [--minutes 30] [--clients 8]

All backends are loaded at once and in all topologies, each in a process of its own, so that they also take processors away from
each other. The load is crates/serve/kv-wire/examples/soak.rs, which checks every reply: with an actor for each key, only a panic of
the key's own actor excuses that the key is gone. Meanwhile each server's memory is read once a second. In the second half it
may not grow by more than a twentieth.
"""

import argparse
import contextlib
import pathlib
import random
import subprocess
import time

from crowd import ask, resident
from serving import BACKENDS, binary, built, publish, served, stages


class Soak:
    """One backend in one topology under load."""

    def __init__(self, stack, backend, topology, name, program, load, arguments):
        options = ["--topology", topology, "--threads", arguments.threads]
        options += ["--enable-debug-command", "--restart-limit", "1000/5"]
        self.name = name
        self.port, self.server = stack.enter_context(served(program, backend, *options))
        command = [load, f"127.0.0.1:{self.port}", str(int(arguments.minutes * 60)), str(arguments.clients), str(arguments.seed),
                   topology]
        self.load = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        stack.callback(self.load.kill)
        self.memory = []

    def look(self):
        """Reads the memory; returns whether the load still runs."""
        if self.load.poll() is not None:
            return False
        self.memory.append(resident(self.server.pid))
        return True

    def counted(self, field):
        """A number from the server's INFO."""
        text = ask(self.port, "INFO", "everything").decode()
        return int(text.split(f"\r\n{field}:")[1].split("\r\n")[0])

    def verdict(self):
        """The clients' report, and the memory in bytes at half-time and in the end."""
        said = self.load.stdout.read().strip().splitlines()
        if self.load.returncode:
            raise SystemExit(f"{self.name}: {said}")
        panics, restarts = self.counted("actor_panics"), self.counted("actor_restarts")
        if restarts > panics:
            raise SystemExit(f"{self.name}: {restarts} restarts after {panics} panics")
        half, end = self.memory[len(self.memory) // 2], self.memory[-1]
        if len(self.memory) > 60 and end > half * 1.05:
            some = self.memory[:: max(1, len(self.memory) // 20)]
            raise SystemExit(f"{self.name}: its memory grows: {[value >> 10 for value in some]} KiB")
        return said[-1], half, end


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", default=",".join(BACKENDS))
    parser.add_argument("--topology", default="single", help="one or more")
    # Races need more than one thread, on small machines as well.
    parser.add_argument("--threads", default="2")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--clients", type=int, default=8, help="for each backend")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--debug", action="store_true", help="a build without optimisation")
    parser.add_argument("--markdown", type=pathlib.Path, help="writes the figures into this file")
    arguments = parser.parse_args()
    profile = "debug" if arguments.debug else "release"
    program, load = binary(profile), built(["--example", "soak"], profile) / "examples" / "soak"
    lines = [f"| {arguments.minutes:g} minutes | what the clients say | MiB at half-time | MiB at the end |", "|---|---|--:|--:|"]
    with contextlib.ExitStack() as stack:
        soaks = [Soak(stack, *stage, program, load, arguments) for stage in stages(arguments.backend, arguments.topology)]
        while any([soak.look() for soak in soaks]):
            time.sleep(1)
        for soak in soaks:
            said, half, end = soak.verdict()
            print(f"{soak.name}: {said}; {half / 2**20:.1f} MiB at half-time, {end / 2**20:.1f} MiB at the end "
                  f"(seed {arguments.seed})", flush=True)
            lines.append(f"| {soak.name} | {said} | {half / 2**20:.1f} | {end / 2**20:.1f} |")
    if arguments.markdown:
        publish(arguments.markdown, "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
