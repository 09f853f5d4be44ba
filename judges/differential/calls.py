"""The calls of a command, right and wrong ones, generated from its documented arguments."""

import itertools

# Words that a client may send by mistake: with line ends, a zero byte and bytes that are no UTF-8, and one that is
# longer than what an error quotes.
NASTY = b" a\xff\r\nb\0c "
LONG = "x" * 300
WRONG_WORDS = ["", "wrong", NASTY, LONG]
WRONG_INTEGERS = [
    "", "wrong", "1.5", "-1", "0", "01", "+1", " 1", "1 ", "0x1", "2147483648", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "-9223372036854775809", NASTY,
]
WRONG_TIMES = [*WRONG_INTEGERS, "9223372036854775", "9223372036854776", "-9223372036854775"]
WRONG_FLOATS = [
    *WRONG_INTEGERS, "1e3", "-2.50", "inf", "-infinity", "nan", "1e400", "1e4932", "1e5000", "1e-400", "1e-5000", "0x10",
    "-0x1.8p1", "0x", "0x.8", "0x1p", "1_0", "1e", ".5", "5.", ".", "1" * 40, "1" * 6000,
]
# The keys of each call; "missing" does not exist.
KEYS = ["text", "number", "volatile", "missing"]

# Samples for arguments whose type alone does not tell a right value; the first is right.
SAMPLES = {
    "protover": ["3", "2", "4", *WRONG_INTEGERS],
    "cursor": ["0", "+0", "18446744073709551616", *WRONG_INTEGERS],
    "username": ["default", *WRONG_WORDS],
    "yes/no": ["yes", "no", *WRONG_WORDS],
    "ip:port": ["127.0.0.1:1", *WRONG_WORDS],
    "increment-of-incrbyfloat": ["1.5", *WRONG_FLOATS],
    "command": ["get", "mset", "object", *WRONG_WORDS],
    "command-name": ["get", "config|get", "config", *WRONG_WORDS],
    "category": ["string", *WRONG_WORDS],
    "section": ["server", *WRONG_WORDS],
    "type": ["string", "list", *WRONG_WORDS],
    "parameter": ["hz", *WRONG_WORDS],
}
TYPES = {
    "key": [*KEYS, "", NASTY],
    "integer": ["1", *WRONG_INTEGERS],
    "unix-time": ["33177117420", *WRONG_TIMES],
    "double": ["1.5", *WRONG_FLOATS],
    "pattern": ["*", "t*", "[", "", NASTY],
    "string": ["10", "value", *WRONG_WORDS],
}


def samples(argument):
    """The words that may be sent for a single argument, the right one first."""
    if argument.name in ("seconds", "milliseconds"):
        return ["100", *WRONG_TIMES]
    return SAMPLES.get(argument.name) or TYPES[argument.kind]


def right(argument):
    """The right ways of giving an argument: lists of words."""
    token = [argument.token] if argument.token else []
    if argument.kind == "pure-token":
        return [token]
    if argument.kind == "oneof":
        return [token + way for part in argument.parts for way in right(part)]
    if argument.kind == "block":
        needed = [right(part)[0] for part in argument.parts if not part.optional]
        whole = token + list(itertools.chain(*needed))
        more = [whole + way for part in argument.parts if part.optional for way in right(part)]
        return [whole, *more]
    return [[*token, samples(argument)[0]]]


def wrong(argument):
    """The wrong ways of giving an argument, and right ones in another spelling."""
    token = [argument.token] if argument.token else []
    if argument.kind == "pure-token":
        return [[argument.token.lower()], [argument.token + "X"], [argument.token[:-1]]]
    if argument.kind == "oneof":
        return [token] * bool(token) + [token + way for part in argument.parts for way in wrong(part)]
    if argument.kind == "block":
        whole = right(argument)[0]
        ways = [whole[:length] for length in range(1, len(whole))]
        for place, part in enumerate(argument.parts):
            before = token + list(itertools.chain(*(right(other)[0] for other in argument.parts[:place] if not other.optional)))
            after = list(itertools.chain(*(right(other)[0] for other in argument.parts[place + 1:] if not other.optional)))
            ways += [before + way + after for way in wrong(part)]
        return ways
    return [token] * bool(token) + [[*token, sample] for sample in samples(argument)[1:]]


def calls(command):
    """All calls of a command, each once: lists of words, and whether more than one option is given."""
    seen = set()
    for generate in (simple, combined):
        for call in generate(command):
            if tuple(call) not in seen:
                seen.add(tuple(call))
                yield call, generate is combined


def simple(command):
    """The command with too few arguments, with too many, with each argument in each way, and with each option."""
    needed = [argument for argument in command.arguments if not argument.optional]
    options = [argument for argument in command.arguments if argument.optional]
    firsts = [right(argument)[0] for argument in needed]
    whole = command.words + list(itertools.chain(*firsts))
    yield whole
    yield [word.swapcase() for word in command.words] + whole[len(command.words):]

    # These calls have too few or too many arguments. A container without a subcommand is a command of its own.
    for length in range(len(command.words), len(whole)):
        yield whole[:length]
    for surplus in (["wrong"], [""], [NASTY], [LONG], ["wrong"] * 2, ["wrong"] * 3, ["wrong"] * 10):
        yield whole + surplus
    if len(command.words) > 1 or command.is_container:
        for word in WRONG_WORDS:
            yield [command.words[0], word]
            yield [command.words[0], word, "more"]

    # Each argument is given in each way, to a key that is a text and to one that is a number.
    for (place, argument), key in itertools.product(enumerate(needed), KEYS[:2]):
        before = command.words + [key if word == KEYS[0] else word for word in itertools.chain(*firsts[:place])]
        after = list(itertools.chain(*firsts[place + 1:]))
        ways = right(argument) + wrong(argument)
        for way in ways:
            yield before + way + after
        if argument.multiple:
            for way in right(argument):
                yield before + way * 2 + after
                yield before + way * 3 + after
            yield before + list(itertools.chain(*right(argument))) + after
            for first, second in itertools.product(right(argument), ways):
                yield before + first + second + after
                yield before + second + first + after

    for option in options:
        for way in right(option) + wrong(option):
            yield whole + way
            yield whole + way + ["wrong"]


def combined(command):
    """Each pair of options in both orders, an option twice, and each three of them."""
    needed = [right(argument)[0] for argument in command.arguments if not argument.optional]
    options = [argument for argument in command.arguments if argument.optional]
    whole = command.words + list(itertools.chain(*needed))
    right_options = [way for option in options for way in right(option)]
    all_options = right_options + [way for option in options for way in wrong(option)]
    for first, second in itertools.product(right_options, all_options):
        yield whole + first + second
        yield whole + second + first
    for three in itertools.islice(itertools.product(right_options, repeat=3), 512):
        yield whole + list(itertools.chain(*three))
    for option in options:
        if option.multiple:
            yield whole + right(option)[0] * 3
