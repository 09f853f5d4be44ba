"""Makes whole sequences of commands: the commands, and the connection of three on which each is sent."""

import dataclasses
import random

import grammar
import words
from commands import Chance, Grammar, Quiet
from safety import is_safe, leaves_a_stale_key

LENGTH = {"pipelined": 200, "lockstep": 80, "listening": 60}
ONE = Grammar(grammar.STRINGS, grammar.KEYS, grammar.CONNECTION)
WHOLE = Grammar(grammar.STRINGS, grammar.KEYS, grammar.CONNECTION, grammar.ONE_ACTOR)
TALK = Grammar(grammar.TALK, broken=0.03)


@dataclasses.dataclass
class Sequence:
    """A sequence: how it is played, which protocol each connection speaks, and what each sends. `apart` says that the keys live
    in several actors."""

    way: str
    protocols: list
    commands: list
    events: bytes
    apart: bool

    def stale(self):
        return any(leaves_a_stale_key(command) for _, command in self.commands)

    def only(self, commands):
        """The same sequence with other commands."""
        return dataclasses.replace(self, commands=commands)

    def __str__(self):
        lines = [f"{self.way}, protocols {self.protocols}" + (f", events {self.events.decode()}" if self.events else "")]
        for connection, command in self.commands:
            lines.append(f"    {connection}> " + " ".join(quoted(argument) for argument in command))
        return "\n".join(lines)


def quoted(argument):
    """An argument in the notation of redis-cli."""
    text = repr(argument)[2:-1].replace('"', '\\"').replace("\\'", "'")
    if len(text) > 100:
        text = f"{text[:40]}…({len(argument)} bytes)"
    return f'"{text}"' if not text or not text.isascii() or any(letter in text for letter in " \\\"'") else text


def make(way, seed, topology):
    """The sequence of a seed. Commands that need one actor are included if the keys can have one in common."""
    source = random.Random(seed)
    protocols = [source.choice((2, 3)) for _ in range(3)]
    language, keys = WHOLE, words.PLAIN
    if topology != "single":
        common = words.TAGGED if topology.startswith("sharded") else [b"a"]
        language, keys = source.choice([(ONE, words.PLAIN), (WHOLE, common)])
    if way == "listening":
        language = TALK
    chance = (Quiet if way == "listening" else Chance)(source, keys)
    connections = 1 if way == "pipelined" else 3
    commands = []
    while len(commands) < LENGTH[way]:
        command = language.command(chance)
        if is_safe(command, way != "listening"):
            commands.append((source.randrange(connections), command))
    events = source.choice((b"", b"", b"KEA", b"KEAn", b"Eg$", b"Kx")) if way == "listening" else b""
    return Sequence(way, protocols, commands, events, topology != "single")
