"""Calls every command in every documented way and in many wrong ones: compares errors to the byte, the types of replies all
through, and values unless they vary."""

from alike import alike
from calls import KEYS, calls
from documented import documented
from exceptions import ALLOWED, LEFT_OUT, UNORDERED, VARYING, stops
from pair import both_say
from resp import Connection, encode

BEFORE = [
    ["FLUSHALL"], ["SET", "text", "some text"], ["SET", "number", "10"], ["SET", "volatile", "x", "PXAT", "33177117420000"],
]
# The effect of a call shows in the calls behind it; the last one makes the server close.
AFTER = [["PING", "next"], ["MGET", *KEYS], ["DBSIZE"], ["QUIT"]]
# The ways in which a call is sent: the requests before it and behind it.
WAYS = {
    "in RESP2": ([], []),
    "in RESP3": ([["HELLO", "3"]], []),
    "in a transaction": ([["HELLO", "3"], ["MULTI"]], [["EXEC"]]),
}


def compare(ours, theirs, only=None):
    """Compares the servers at two ports. Returns how many calls were compared, and the differences as texts."""
    with Connection(theirs) as there, Connection(ours) as here:
        reference, served_here = documented(there), documented(here)
    count, differences, used = 0, [], set()
    for name in served_here:
        if name in LEFT_OUT or only not in (None, name):
            continue
        if name not in reference:
            differences.append(f"redis-server documents no {name}")
            continue
        for call, is_combination in calls(reference[name]):
            if stops(call):
                continue
            # A combination of options is parsed by the same code in each of the ways, so one way is enough.
            for way in ["in RESP2"] if is_combination else WAYS:
                count += 1
                replies = said(ours, theirs, call, way)
                if not replies_alike(name, *replies):
                    reason = next((allowed for allowed in ALLOWED if allowed(name, *replies)), None)
                    used.add(reason)
                    if reason is None:
                        differences.append(f"{way}: {shown(call)}\n  Redis: {replies[1]}\n  here:  {replies[0]}")
    unused = [] if only else [reason.__name__ for reason in ALLOWED if reason not in used]
    differences += [f"the exception {name} is no longer one" for name in unused]
    return count, differences


def said(ours, theirs, call, way):
    """The answers of both servers to a call and to the requests behind it."""
    before, behind = WAYS[way]
    requests = [*before[:1], *BEFORE, *before[1:], call, *behind, *AFTER]
    data = b"".join(encode(*request) for request in requests)
    try:
        our_replies, their_replies = both_say((ours, theirs), data)
    except OSError as error:
        raise SystemExit(f"differential: {way}: {shown(call)}: a server is silent or gone: {error}")
    skip = len(before) + len(BEFORE)
    return our_replies[skip:], their_replies[skip:]


def replies_alike(name, ours, theirs):
    if len(ours) != len(theirs):
        return False
    return all(alike(a, b, name in VARYING, name in UNORDERED) for a, b in zip(ours, theirs))


def shown(call):
    """A call as a user can type it, cut if it is long."""
    return " ".join(repr(word) if isinstance(word, bytes) or not word.isalnum() else word for word in call)[:300]
