"""Sends random sequences of commands to redis-server and to this server: every reply has to be the same, byte for byte.

    judges/fuzz [--backend tokio,kameo] [--commands 1000000] [--seed 7]

Most commands are whole, some are broken. They are sent pipelined on one connection, in lockstep on three, in lockstep on three
that listen to channels and events, and as bytes that are no protocol. The replies that may differ are listed, with reasons, in
answers.py. Each fault is printed once, with the shortest sequence that shows it; --seed (or FUZZ_SEED) plays the same sequences
again.
"""

import argparse
import os
import pathlib
import random
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from minimise import minimise  # noqa: E402
from play import PATIENCE, Game, shape  # noqa: E402
from raw import raw  # noqa: E402
from reference import reference  # noqa: E402
from sequences import LENGTH, make  # noqa: E402
from serving import BACKENDS, binary, package, served, skip  # noqa: E402

# The servers that are asked, and how many of a hundred commands each gets.
SHARES = {
    ("mutex", "single"): 12, ("tokio", "single"): 16, ("kameo", "single"): 10, ("ractor", "single"): 10,
    ("actix", "single"): 8, ("actix-local", "single"): 8, ("elfo", "single"): 8,
    ("tokio", "sharded:4"): 8, ("kameo", "sharded:4"): 5, ("elfo", "sharded:4"): 4,
    ("tokio", "per-key"): 5, ("ractor", "per-key"): 3, ("actix", "per-key"): 3,
}
# The ways of sending, each with its share of a hundred commands. A round trip for each takes more time than the
# command.
WAYS = {"pipelined": 88, "lockstep": 9, "listening": 3}


class Findings:
    """The faults that were found, each kind once."""

    def __init__(self):
        self.seen = {}

    def add(self, where, seed, sequence, difference, again):
        """Prints a new fault, with its shortest sequence."""
        signature = difference.signature()
        self.seen[signature] = self.seen.get(signature, 0) + 1
        if self.seen[signature] > 1:
            return
        short = minimise(sequence, lambda shorter: (found := again(shorter)) and found.signature() == signature)
        found = again(short) or difference
        print(f"\n{where}, seed {seed}: {short}\n  Redis: {found.theirs!r:.600}\n  ours:  {found.ours!r:.600}", flush=True)


    def add_raw(self, where, seed, sent, theirs, ours):
        """Prints a new fault that bytes show which are no protocol."""
        signature = "raw bytes", shape(theirs), shape(ours)
        self.seen[signature] = self.seen.get(signature, 0) + 1
        if self.seen[signature] == 1:
            print(f"\n{where}, seed {seed}, raw bytes: {sent!r}\n  Redis: {theirs!r:.300}\n  ours:  {ours!r:.300}", flush=True)

    def summary(self, commands, seed, seconds):
        """Prints a line for the whole, and a line for each kind of fault; returns whether there was any."""
        print(f"fuzz: {commands} commands in {seconds:.0f} s, {len(self.seen)} kinds of difference (seed {seed})")
        for signature, count in self.seen.items():
            print(f"    {count} x {signature}")
        return bool(self.seen)


def judge(where, topology, ports, commands, seed, findings):
    """Plays so many commands; returns how many there were."""
    played, number = 0, 0

    def again(sequence, patience=1):
        with Game(ports, sequence, patience) as game:
            return game.play()

    for way, share in WAYS.items():
        for _ in range(max(1, commands * share // 100 // LENGTH[way])):
            number += 1
            of_this = f"{seed}/{where}/{way}/{number}"
            sequence = make(way, of_this, topology)
            difference = again(sequence, PATIENCE)
            played += len(sequence.commands)
            if difference:
                findings.add(where, of_this, sequence, difference, again)
    for number in range(max(1, commands // 2000)):
        of_this = f"{seed}/{where}/raw/{number}"
        if difference := raw(ports, random.Random(of_this)):
            findings.add_raw(where, of_this, *difference)
    return played


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", help="only these")
    parser.add_argument("--topology", help="only this")
    parser.add_argument("--commands", type=int, default=1_000_000, help="for all backends together")
    parser.add_argument("--seed", default=os.environ.get("FUZZ_SEED") or str(random.randrange(1 << 32)))
    parser.add_argument("--debug", action="store_true", help="a build without optimisation")
    parser.add_argument("--program", help="this server, already built")
    parser.add_argument("--itself", action="store_true", help="plays to two redis-servers, to judge the judge")
    arguments = parser.parse_args()
    if not package("redis-server", "redis-server"):
        skip("there is no redis-server here to compare with (Debian's package redis-server)")
    if arguments.itself:
        sys.exit(itself(arguments))
    program = arguments.program or binary("debug" if arguments.debug else "release")
    wanted = (arguments.backend or ",".join(BACKENDS)).split(",")
    shares = {(backend, topology): share for (backend, topology), share in SHARES.items()
              if backend in wanted and arguments.topology in (None, topology)}
    print(f"fuzz: seed {arguments.seed}", flush=True)
    findings, total, began = Findings(), 0, time.monotonic()
    with reference() as theirs:
        for (backend, topology), share in shares.items():
            where, start = f"{backend} {topology}", time.monotonic()
            commands = arguments.commands * share // sum(shares.values())
            with served(program, backend, "--topology", topology, "--threads", "2") as (ours, _):
                played = judge(where, topology, (theirs, ours), commands, arguments.seed, findings)
            total += played
            print(f"{where}: {played} commands in {time.monotonic() - start:.0f} s", flush=True)
    sys.exit(findings.summary(total, arguments.seed, time.monotonic() - began))


def itself(arguments):
    """Plays to two redis-servers, between which a difference can only be the judge's fault."""
    findings, began = Findings(), time.monotonic()
    with reference() as theirs, reference() as others:
        played = judge("redis redis", "single", (theirs, others), arguments.commands, arguments.seed, findings)
    return findings.summary(played, arguments.seed, time.monotonic() - began)


if __name__ == "__main__":
    main()
