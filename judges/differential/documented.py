"""The arguments of commands, read from a server's `COMMAND DOCS`."""

import dataclasses


@dataclasses.dataclass
class Argument:
    """An argument, or a group of arguments: all of a `block`, or one of a choice."""

    name: str
    kind: str
    token: str | None
    flags: frozenset
    parts: list

    @property
    def optional(self):
        return "optional" in self.flags

    @property
    def multiple(self):
        return "multiple" in self.flags


@dataclasses.dataclass
class Documented:
    """A command or subcommand: the words that name it, and its arguments."""

    words: list
    arguments: list
    is_container: bool


def documented(connection):
    """The documented commands of a server, by name; a subcommand's name is `config|get`."""
    found = {}
    for name, doc in pairs(connection.call("COMMAND", "DOCS")):
        add(found, name, dict(pairs(doc)))
    return found


def add(found, name, doc):
    arguments = [argument(one) for one in doc["arguments"].data] if "arguments" in doc else []
    subcommands = pairs(doc["subcommands"]) if "subcommands" in doc else []
    found[name] = Documented(name.split("|"), arguments, bool(subcommands))
    for name, subcommand in subcommands:
        add(found, name, dict(pairs(subcommand)))


def argument(value):
    fields = dict(pairs(value))
    return Argument(
        name=text(fields["name"]),
        kind=text(fields["type"]),
        token=text(fields["token"]) if "token" in fields else None,
        flags=frozenset(text(flag) for flag in fields["flags"].data) if "flags" in fields else frozenset(),
        parts=[argument(part) for part in fields["arguments"].data] if "arguments" in fields else [],
    )


def pairs(value):
    """The pairs of a map with the keys as text; in RESP2 a map is a flat array."""
    if value.kind == "map":
        return [(text(key), one) for key, one in value.data]
    return [(text(key), one) for key, one in zip(value.data[::2], value.data[1::2])]


def text(value):
    return value.data.decode()
