"""The exceptions of the comparison: commands that are left out, and replies that may differ, each with its reason."""

# Commands whose replies vary from server to server or from moment to moment: their types are compared, and their errors.
VARYING = {
    "client|help", "client|id", "client|info", "client|kill", "client|list", "command", "command|count", "command|docs",
    "command|help", "command|info", "command|list", "config|get", "config|help", "function|help", "hello", "info", "object|help",
    "object|idletime", "pttl", "pubsub|help", "randomkey", "time",
}
# Arrays whose elements have no fixed order.
UNORDERED = {"keys", "scan", "pubsub|channels"}

# Commands that are not called, with the reason.
LEFT_OUT = {
    "debug": "its subcommands are this server's own, and so is the text that says how to allow it",
    "client|pause": "refused here: nothing waits for a failover",
    "client|setinfo": "of Redis 7.2, whose clients send it, and not of 7.0",
}

ONE_DATABASE = b"ERR this server has one database, number 0: see SELECT on the page of its commands"


def other_database(name, ours, theirs):
    """A choice of another database: there is one database here, and the connection ends."""
    if name == "exec" or not any(ONE_DATABASE == reply.data for reply in flat(ours)):
        return False
    return name == "copy" and len(ours) == len(theirs) or name == "select" and ours[-1].data == ONE_DATABASE


def exact_sum(name, ours, theirs):
    """A sum of decimals: it is exact here, and the sum of a `long double` in Redis."""
    if name != "incrbyfloat" or len(ours) != len(theirs):
        return False
    return all(a == b or close(a, b) for a, b in zip(flat(ours), flat(theirs)))


def close(ours, theirs):
    if ours.kind != "bulk" or theirs.kind != "bulk":
        return False
    a, b = ours.data.decode(), theirs.data.decode()
    whole = len(a.split(".")[0]) == len(b.split(".")[0])
    return whole and a.replace(".", "")[:17] == b.replace(".", "")[:17] or abs(float(a) - float(b)) <= 1e-15 * abs(float(b))


def own_cursor(name, ours, theirs):
    """A cursor: it is a place in this server's own order of keys, so a number that no SCAN has replied is one here and none
    there."""
    differing = [(a.kind, b.kind) for a, b in zip(ours, theirs) if a != b]
    return name == "scan" and len(ours) == len(theirs) and differing == [("array", "array")]


ALLOWED = [other_database, exact_sum, own_cursor]


def flat(replies):
    """All values of the replies, also those within arrays, without the arrays themselves."""
    for reply in replies:
        if isinstance(reply.data, list) and reply.kind != "map":
            yield from flat(reply.data)
        else:
            yield reply


def stops(call):
    """Whether a SHUTDOWN is valid, and so would stop both servers."""
    words = [word.lower() if isinstance(word, str) else word for word in call[1:]]
    known = set(words) <= {"nosave", "save", "now", "force"}
    return call[0].lower() == "shutdown" and known and not {"nosave", "save"} <= set(words)
