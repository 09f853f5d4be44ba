"""Sets every setting that both servers have to wrong and to right values: compares errors to the byte, and the values shown."""

from documented import pairs
from resp import Connection

VALUES = [
    "", "wrong", "yes", "NO", "0", "1", "-1", "01", "1kb", "1Mb", "5%", "101%", "1.5", "2147483648", "9223372036854775808",
    "99999999999999999999", "10 20", b"\xff", b"1\xff", "1 2 3 4", "pubsub 1 2 3", "pubsub 1mb 2k 3 normal 0 0 0", "100 1 50",
]
# Settings that would lock the judge out, or that have another meaning here.
LEFT_OUT = {
    "activedefrag": "whether it can be enabled depends on how Redis was built",
    "appendonly": "refused here: no files are kept",
    "bind": "refused here: it is decided when the server starts",
    "bind-source-addr": "refused here: it is decided when the server starts",
    "maxclients": "the number of open files that a process may have sets a limit of its own",
    "port": "refused here: it is decided when the server starts",
    "proto-max-bulk-len": "refused here: it is decided when the server starts",
    "protected-mode": "refused here: it is decided when the server starts",
    "repl-backlog-size": "Redis brings it to 16 KiB at least; there are no replicas here",
    "replicaof": "refused here: there are no replicas",
    "requirepass": "it would shut the judge out",
    "slaveof": "refused here: there are no replicas",
}
# Redis takes this value for one per cent: a defect, which no client can mean.
SLIPS = {("maxmemory-clients", "99999999999999999999")}


def compare(ours, theirs):
    """Compares the servers at two ports. Returns how many settings were set, and the differences as texts."""
    count, differences = 0, []
    with Connection(theirs) as there, Connection(ours) as here:
        known = [dict(pairs(one.call("CONFIG", "GET", "*"))) for one in (here, there)]
        for name in known[0]:
            if name not in known[1]:
                differences.append(f"redis-server has no setting {name}")
                continue
            if name in LEFT_OUT:
                continue
            # Both servers start from the same value: parts that a call does not name may keep their value.
            here.call("CONFIG", "SET", name, known[1][name].data)
            for value in VALUES:
                if (name, value) in SLIPS:
                    continue
                count += 1
                said = [(one.call("CONFIG", "SET", name, value), one.call("CONFIG", "GET", name)) for one in (here, there)]
                if said[0][0] != said[1][0] or not said[0][0].is_error() and said[0][1] != said[1][1]:
                    differences.append(f"CONFIG SET {name} {value!r}\n  Redis: {said[1]}\n  here:  {said[0]}")
            for one, before in zip((here, there), known):
                one.call("CONFIG", "SET", name, before[name].data)
    return count, differences
