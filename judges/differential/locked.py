"""Compares what both servers answer to a client that has not given the password."""

from calls import calls
from documented import documented
from pair import both_say
from resp import Connection, encode
from syntax import shown

PASSWORD = "secret"
GREETINGS = [
    ["HELLO"], ["HELLO", "3"], ["HELLO", "3", "SETNAME", "x"], ["HELLO", "3", "AUTH", "default", "wrong"],
    ["HELLO", "4"], ["HELLO", "x"], ["HELLO", "3", "wrong"], ["AUTH", "wrong"], ["AUTH", "default", "wrong"],
    ["AUTH", "other", PASSWORD], ["AUTH", PASSWORD], ["AUTH", "default", PASSWORD],
]


def compare(ours, theirs):
    """Compares the servers at two ports, and leaves both without a password. Returns how many calls were compared, and the
    differences as texts."""
    with Connection(theirs) as there, Connection(ours) as here:
        reference, served_here = documented(there), documented(here)
        asked = [next(calls(reference[name]))[0] for name in served_here if name in reference]
        for one in (here, there):
            one.call("CONFIG", "SET", "requirepass", PASSWORD)
        differences = []
        for call in asked + GREETINGS:
            data = b"".join(encode(*request) for request in (call, ["PING"], ["QUIT"]))
            our_replies, their_replies = both_say((ours, theirs), data)
            if [shape(reply) for reply in our_replies] != [shape(reply) for reply in their_replies]:
                differences.append(f"locked: {shown(call)}\n  Redis: {their_replies}\n  here:  {our_replies}")
        for one in (here, there):
            one.call("CONFIG", "SET", "requirepass", "")
    return len(asked) + len(GREETINGS), differences


def shape(reply):
    """An error to the byte; for any other reply its type."""
    return reply.data if reply.is_error() else reply.kind
