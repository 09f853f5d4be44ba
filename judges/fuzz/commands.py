"""Makes random commands: mostly whole ones, some of them broken."""

import re

import words

# This time is so far away that no sequence lasts so long, and deadlines near it are all different.
FAR = 4_102_444_800


class Chance:
    """A source of arguments, which is the same for the same seed."""

    def __init__(self, random, keys=words.PLAIN):
        self.random, self.keys, self.used = random, keys, set()
        self.choose = random.choice

    def key(self):
        return self.choose(self.keys)

    def value(self):
        return self.choose(words.VALUES)

    def pair(self):
        return [self.key(), self.value()]

    def integer(self):
        return self.choose(words.NUMBERS)

    def float(self):
        return self.choose(words.FLOATS)

    def small(self):
        return b"%d" % self.random.randrange(5)

    def index(self):
        return b"%d" % self.random.randrange(-12, 12)

    def offset(self):
        return b"%d" % self.random.randrange(300) if self.random.random() < 0.95 else b"536870912"

    def pattern(self):
        return self.choose(words.PATTERNS)

    def kind(self):
        return self.choose([b"string", b"STRING", b"list", b"nosuch"])

    def cursor(self):
        return self.choose([b"0", b"0", b"5", b"17", b"18446744073709551615"])

    def name(self):
        return self.choose([b"me", b"", b"with space", b"new\nline", b"\xc3\xa9", b"you"])

    def channel(self):
        return self.choose(words.CHANNELS)

    def channel_pattern(self):
        return self.choose(words.CHANNEL_PATTERNS)

    def junk(self):
        return self.choose(words.JUNK)

    def unknown(self):
        return self.choose(words.UNKNOWN)

    def ten_seconds(self):
        """A time that no other command of the sequence has: the order of two deadlines must not depend on the clock."""
        while (steps := self.random.randrange(1_000, 1_000_000)) in self.used:
            pass
        self.used.add(steps)
        return 10 * steps

    def seconds(self):
        return b"%d" % self.ten_seconds()

    def milliseconds(self):
        return b"%d" % (1000 * self.ten_seconds())

    def moment(self):
        return b"%d" % (FAR + self.ten_seconds())

    def moment_ms(self):
        return b"%d" % (1000 * (FAR + self.ten_seconds()))

    def past(self):
        return self.choose([b"0", b"-1", b"-100000", b"-9223372036854775"])

    def deadline(self):
        unit = self.random.randrange(5)
        if unit == 4:
            return [self.choose([b"EXAT", b"PXAT"]), b"1"]
        times = [self.seconds, self.milliseconds, self.moment, self.moment_ms]
        return [[b"EX", b"PX", b"EXAT", b"PXAT"][unit], times[unit]()]

    set_deadline = deadline


class Quiet(Chance):
    """A `Chance` for sequences that listen to events, without expiry: the clock decides when an event of expiry comes."""

    def set_deadline(self):
        return [b"EX", self.seconds()]


def compile_form(text):
    """A function that appends one command of this form to a list, with a `Chance` to choose by."""
    tokens = re.findall(r"\.\.\.|[][<>|]|[^][<>|\s.]+(?:\.(?!\.)[^][<>|\s.]+)*", text)
    form, rest = alternatives(tokens)
    assert not rest, f"{text}: {rest} is left"
    return form


def alternatives(tokens):
    """One of several sequences, up to a closing bracket."""
    options, current = [], []
    while tokens and tokens[0] not in ("]", ">"):
        token, tokens = tokens[0], tokens[1:]
        if token == "|":
            options.append(current)
            current = []
        elif token == "[":
            inner, tokens = alternatives(tokens)
            tokens = tokens[1:]
            current.append(maybe(inner))
        elif token == "<":
            inner, tokens = alternatives(tokens)
            tokens = tokens[1:]
            current.append(inner)
        elif token == "...":
            current.append(some(current.pop()))
        else:
            current.append(word(token))
    options.append(current)

    def choose(chance, out):
        for part in options[0] if len(options) == 1 else chance.choose(options):
            part(chance, out)

    return choose, tokens


def maybe(inner):
    def part(chance, out):
        if chance.random.random() < 0.4:
            inner(chance, out)

    return part


def some(inner):
    def part(chance, out):
        for _ in range(chance.choose((1, 1, 2, 3))):
            inner(chance, out)

    return part


def word(token):
    if not hasattr(Chance, token):
        literal = token.encode()
        return lambda chance, out: out.append(literal)

    def part(chance, out):
        made = getattr(chance, token)()
        out.extend(made) if isinstance(made, list) else out.append(made)

    return part


class Grammar:
    """The forms of a text of `grammar`, each as often as its number says."""

    def __init__(self, *texts, broken=0.1):
        lines = [line.split(" ", 1) for text in texts for line in text.strip().splitlines()]
        self.forms = [compile_form(line) for _, line in lines]
        self.weights = []
        for weight, _ in lines:
            self.weights.append(int(weight) + (self.weights[-1] if self.weights else 0))
        self.broken = broken

    def command(self, chance):
        """One command: a list of arguments, the first its name."""
        command = []
        random = chance.random
        random.choices(self.forms, cum_weights=self.weights)[0](chance, command)
        if random.random() < self.broken:
            for _ in range(chance.choose((1, 1, 2))):
                spoil(chance, command)
        if random.random() < 0.1:
            command[0] = command[0].lower() if random.random() < 0.5 else command[0].title()
        return command


def spoil(chance, command):
    """Breaks a command, or nearly breaks it: its name stays the same."""
    random = chance.random
    place = random.randrange(1, len(command) + 1)
    way = random.randrange(6)
    if way == 0 and place < len(command):
        del command[place]
    elif way == 1:
        command.insert(place, chance.junk())
    elif way == 2 and place < len(command):
        command[place] = chance.junk()
    elif way == 3 and place < len(command):
        command.insert(place, command[place])
    elif way == 4 and place + 1 < len(command):
        command[place], command[place + 1] = command[place + 1], command[place]
    elif place < len(command):
        command[place] = command[place].lower()
