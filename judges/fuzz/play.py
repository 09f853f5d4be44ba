"""Plays a sequence to two servers at once, and finds the first reply that differs."""

import dataclasses

from answers import Diverged, Judge, name, parts
from resp import Connection
from wire import Wire

# The limit is long enough for a busy server; a reply that has not come by then counts as missing.
PATIENCE = 5


@dataclasses.dataclass
class Difference:
    """Two differing replies to one command. A reply that did not come is `None`."""

    command: list
    theirs: bytes
    ours: bytes
    at: int

    def signature(self):
        """The part of a difference that stays the same if a shorter sequence shows the same fault."""
        return name(self.command), shape(self.theirs), shape(self.ours)


def shape(reply):
    if reply is None:
        return "nothing"
    if reply[:1] == b"-":
        return reply[:24].decode("latin-1")
    return reply[:3].decode("latin-1") if reply[:1] == b"$" and reply[1:2] == b"-" else reply[:1].decode("latin-1")


class Game:
    """A game: a sequence on fresh connections to both servers, whose stores are emptied before."""

    def __init__(self, ports, sequence, patience=PATIENCE):
        self.sequence = sequence
        for port in ports:
            with Connection(port, timeout=PATIENCE) as fresh:
                for command in [("FLUSHALL",), ("CONFIG", "SET", "timeout", 0, "notify-keyspace-events", sequence.events)]:
                    if fresh.call(*command).is_error():
                        raise SystemExit(f"{command} was refused")
        count = 1 if sequence.way == "pipelined" else 3
        self.sides = [[Wire(port, sequence.protocols[n], patience) for n in range(count)] for port in ports]
        stale = sequence.stale()
        self.judges = [Judge(stale, sequence.apart) for _ in range(count)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for side in self.sides:
            for connection in side:
                connection.close()

    def play(self):
        """The first difference, or `None`."""
        try:
            return {"pipelined": self.pipelined, "lockstep": self.lockstep, "listening": self.listening}[self.sequence.way]()
        except Diverged:
            return None

    def pipelined(self):
        """Sends all commands at once on one connection, and then reads all replies."""
        commands = [command for _, command in self.sequence.commands]
        # A transaction would queue the mark as one of its commands.
        for (wire,) in self.sides:
            wire.send(*commands, [b"DISCARD"], [b"ECHO", END])
        replies = [wire.until(END) for (wire,) in self.sides]
        for at, command in enumerate(commands):
            theirs, ours = (all_of[at] if at < len(all_of) else None for all_of in replies)
            if not self.same(0, command, theirs, ours):
                return Difference(command, theirs, ours, at)
        return None

    def lockstep(self):
        """Sends one command after the other, each when both servers have answered the one before."""
        for at, (number, command) in enumerate(self.sequence.commands):
            for side in self.sides:
                side[number].send(command)
            theirs, ours = (side[number].one() for side in self.sides)
            if not self.same(number, command, theirs, ours):
                return Difference(command, theirs, ours, at)
        return None

    def listening(self):
        """Plays like `lockstep`; after each command it waits until all three connections have got the published messages."""
        for at, (number, command) in enumerate(self.sequence.commands):
            mark = b"mark %d" % at
            others = [n for n in range(3) if n != number]
            for side in self.sides:
                side[number].send(command, [b"PING", mark])
            replies = {number: [side[number].until(mark) for side in self.sides]}
            # The mark is sent only after the answer, because a server may read one connection before another.
            for side in self.sides:
                for n in others:
                    side[n].send([b"PING", mark])
            replies.update((n, [side[n].until(mark) for side in self.sides]) for n in others)
            for n, (theirs, ours) in replies.items():
                # An event may come after a reply to another connection, but it has to come.
                while len(ours) < len(theirs) and (late := self.sides[1][n].one()) is not None:
                    ours.append(late)
                if found := self.heard(n, command, (theirs, ours), at, n == number):
                    return found
        return None

    def heard(self, number, command, pair, at, asked):
        """Compares what one connection received: its replies, and the messages pushed to it."""
        if asked and len(command) == 1 and name(command) in ("UNSUBSCRIBE", "PUNSUBSCRIBE"):
            pair = [without_order(replies) for replies in pair]

        def by_source(reply):
            return source(reply, self.sequence.apart)

        for theirs, ours in zip(*(sorted(replies, key=by_source) for replies in pair)):
            if not (self.same(number, command, theirs, ours) if asked else theirs == ours):
                return Difference(command, theirs, ours, at)
        if len(pair[0]) != len(pair[1]):
            theirs, ours = (replies[-1] if len(replies) > min(map(len, pair)) else None for replies in pair)
            return Difference(command, theirs, ours, at)
        return None

    def same(self, number, command, theirs, ours):
        if theirs is None or ours is None:
            return theirs is ours
        return self.judges[number].same(command, theirs, ours)


END = b"the end of it"


def source(reply, apart):
    """The source of a reply, within which replies are compared: a pattern, a channel's name, or the commands.

    A message that is pushed to the asking connection comes before its reply in Redis, and after it here; and which of two
    patterns is served first depends on the order of a hash table. The actions of several actors for one command have no order,
    so each key is then a source of events of its own.
    """
    if reply[:1] not in b">*":
        return b""
    inside = parts(reply)
    if inside and inside[0] == b"$8\r\npmessage\r\n":
        _, pattern, channel, message = inside
        if apart and b"__keyevent@" in channel:
            return b"pattern " + pattern + b"key " + message
        if apart and b"__keyspace@" in channel:
            return b"pattern " + pattern + channel
        return b"pattern " + pattern
    return b"channel" if inside and inside[0] == b"$7\r\nmessage\r\n" else b""


def without_order(replies):
    """Sorts the replies to UNSUBSCRIBE without a name, which go through a hash table: the names in order, and then the
    counts."""
    inside = [parts(reply) if reply[:1] in b">*" else [reply, b"", b""] for reply in replies if reply]
    return sorted(part[0] + part[1] for part in inside) + [part[2] for part in inside]
