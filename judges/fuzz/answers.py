"""Whether two replies are the same: byte for byte, but for the exceptions that are listed here, each with its reason."""

import re
from decimal import Decimal

# Replies of which only the kind is compared, because their content is the server's own.
OWN = {
    "TIME": "the clock",
    "RANDOMKEY": "chance",
    "INFO": "what a server says of itself",
    "CLIENT ID": "how many came before",
    "CLIENT INFO": "addresses and numbers of a connection",
    "CLIENT LIST": "addresses and numbers of connections",
    "OBJECT FREQ": "Redis counts only under a policy of eviction",
    "OBJECT IDLETIME": "the clock",
    "OBJECT REFCOUNT": "which small integers share an object: here nothing is shared",
    "COMMAND DOCS": "our own words",
    "COMMAND INFO": "the table has other commands",
    "COMMAND COUNT": "the table has other commands",
    "COMMAND LIST": "the table has other commands",
}
OWN.update((f"{name} HELP", "the subcommands are others") for name in "CLIENT COMMAND CONFIG OBJECT PUBSUB FUNCTION".split())

# Times that count from when a command arrived: a busy server reads a command later. In milliseconds.
SLACK = {"TTL": 5, "PTTL": 5000, "EXPIRETIME": 5, "PEXPIRETIME": 5000}

CONTAINERS = {"CLIENT", "COMMAND", "CONFIG", "OBJECT", "PUBSUB", "FUNCTION", "DEBUG"}


class Diverged(Exception):
    """The exception for replies that may differ, after which the stores differ as well."""


def name(command):
    """The name of a command: a container's subcommand belongs to it."""
    first = command[0].decode("latin-1").upper()
    if first in CONTAINERS and len(command) > 1:
        return f"{first} {command[1].decode('latin-1').upper()}"
    return first


# The errors for commands that several actors cannot do as one step, alone and in a transaction.
APART = b"-CROSSSLOT ", b"-EXECABORT Transaction discarded because of: CROSSSLOT "


def same(command, theirs, ours, stale=False, apart=False):
    """Whether this server's reply to a command is as good as Redis's. `stale` says that a key may still be there whose deadline
    is over, and `apart` that the keys live in several actors."""
    if theirs == ours:
        return True
    called = name(command)
    if apart and ours.startswith(APART):
        raise Diverged
    if called.startswith("COMMAND GETKEYS") and theirs[:1] == b"-" and ours == b"-ERR Invalid command specified\r\n":
        # The reply is about a command that only Redis has.
        return True
    if called == "SCAN" and ours == b"-ERR invalid cursor\r\n" and b"\x00" in command[1]:
        # A number ends at a zero byte in Redis, and so Redis reads a cursor here.
        return True
    if theirs[:1] == b"-" or ours[:1] == b"-":
        # An error is compared to the byte, whatever the command.
        return False
    if called in OWN:
        return kind(theirs) == kind(ours)
    if called in SLACK:
        return both(number, theirs, ours, lambda a, b: a > 0 and b > 0 and abs(a - b) <= SLACK[called])
    if called == "DBSIZE" and stale:
        # Redis counts a key whose deadline is over until it comes across it; this server does not.
        return theirs[:1] == ours[:1] == b":"
    if called in ("KEYS", "PUBSUB CHANNELS"):
        # The order of the elements is that of a hash table.
        return ordered(theirs) == ordered(ours)
    if called == "SCAN":
        return scanned(command, theirs, ours)
    if called == "HELLO":
        return re.sub(rb"id\r\n:\d+", b"", theirs) == re.sub(rb"id\r\n:\d+", b"", ours)
    if called == "INCRBYFLOAT" and both(decimal, theirs, ours, lambda a, b: abs(a - b) <= abs(a) / 10**9):
        # This server adds decimals, Redis adds binary numbers of 80 bits: the last digits of some sums differ, and so
        # do later replies.
        raise Diverged
    return False


def kind(reply):
    """The kind of a reply, without its content."""
    return b"$-1" if reply[:3] == b"$-1" else reply[:1]


def both(read, theirs, ours, compare):
    a, b = read(theirs), read(ours)
    return a is not None and b is not None and compare(a, b)


def number(reply):
    found = re.fullmatch(rb":(-?\d+)\r\n", reply)
    return int(found[1]) if found else None


def decimal(reply):
    found = re.fullmatch(rb"\$\d+\r\n([-+.e\d]+)\r\n", reply)
    # The text is parsed as a decimal: as a float, 1e400 would be infinite.
    return Decimal(found[1].decode()) if found else None


def ordered(reply):
    return reply[:1], sorted(parts(reply))


def scanned(command, theirs, ours):
    """Whether two walks agree: one that began and ended here has the same keys; each server chooses where to cut a longer
    one."""
    a, b = parts(theirs), parts(ours)
    if len(a) != 2 or len(b) != 2:
        return False
    if command[1] == b"0" and a[0] == b[0] == b"$1\r\n0\r\n":
        return ordered(a[1]) == ordered(b[1])
    return kind(a[1]) == kind(b[1])


def parts(reply):
    """The parts of an array, a map, a set or a push: each as its bytes."""
    end = reply.index(b"\r\n") + 2
    count = int(reply[1:end - 2]) * (2 if reply[:1] == b"%" else 1)
    found = []
    for _ in range(count):
        start, end = end, whole(reply, end)
        found.append(reply[start:end])
    return found


def whole(reply, start):
    """The end of the reply that begins here."""
    end = reply.index(b"\r\n", start) + 2
    mark, rest = reply[start:start + 1], reply[start + 1:end - 2]
    if mark in b"$=!" and rest != b"-1":
        return end + int(rest) + 2
    if mark in b"*~>%|":
        for _ in range(int(rest) * (2 if mark in b"%|" else 1)):
            end = whole(reply, end)
    return end


class Judge:
    """A comparison of one connection's replies, one after the other: it knows what a transaction has queued."""

    def __init__(self, stale, apart):
        self.queue, self.stale, self.apart = None, stale, apart

    def same(self, command, theirs, ours):
        """Whether this server's reply is as good as Redis's. Raises `Diverged` if no later reply can be compared."""
        called, queue = name(command), self.queue
        if called == "MULTI" and theirs == b"+OK\r\n":
            self.queue = []
        elif called in ("EXEC", "DISCARD", "RESET") and theirs != b"+QUEUED\r\n" and not wrong_count(theirs):
            self.queue = None
        elif queue is not None and theirs == b"+QUEUED\r\n":
            queue.append(command)
        if theirs == ours:
            return True
        if called == "EXEC" and queue is not None and theirs[:1] == ours[:1] == b"*":
            a, b = parts(theirs), parts(ours)
            return len(a) == len(b) == len(queue) and all(
                same(command, one, other, self.stale, self.apart) for command, one, other in zip(queue, a, b))
        return same(command, theirs, ours, self.stale, self.apart)


def wrong_count(reply):
    return reply.startswith(b"-ERR wrong number")
