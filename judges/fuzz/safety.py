"""Keeps out commands that would stop a server or wait, and those that are known to make two stores differ."""

# The shortest deadline that a sequence may set, in any unit: no sequence may live to see the deadline's end.
NEAR = 60_000


def number(argument):
    """The number of an argument, if Redis takes it for a number."""
    try:
        text = argument.decode("ascii")
        return int(text) if str(int(text)) == text else None
    except ValueError:
        return None


def after(command, *options):
    """The numbers that follow one of these options."""
    upper = [argument.upper() for argument in command]
    return [(upper[at], value) for at in range(1, len(command) - 1)
            if upper[at] in options and (value := number(command[at + 1])) is not None]


def is_safe(command, counted):
    """Whether a command can be sent to both servers and be compared. `counted` asks for one that has one reply."""
    name = command[0].upper()
    if name == b"SHUTDOWN":
        # SHUTDOWN alone is a request to stop.
        return len(command) > 1
    if name == b"COMMAND" and (len(command) == 1 or len(command) == 2 and command[1].upper() in (b"DOCS", b"INFO", b"LIST")):
        # The reply has thousands of parts, about a table of other commands.
        return False
    if name == b"SELECT" or name == b"COPY":
        # This server has one database, and Redis would go on in another.
        index = number(command[1]) if name == b"SELECT" and len(command) == 2 else None
        others = [value for _, value in after(command, b"DB")] + ([] if index is None else [index])
        return not any(0 < value < 16 for value in others)
    if name in (b"UNSUBSCRIBE", b"PUNSUBSCRIBE") and counted:
        # The command has one reply for each channel.
        return len(command) < 3
    if name in (b"SET", b"GETEX"):
        return not any(0 < value < NEAR for _, value in after(command, b"EX", b"PX"))
    if name in (b"SETEX", b"PSETEX", b"EXPIRE", b"PEXPIRE") and len(command) > 2:
        value = number(command[2])
        return value is None or not 0 < value < NEAR
    return True


def leaves_a_stale_key(command):
    """Whether Redis keeps a key after this command whose deadline is over already."""
    now = {b"EXAT": 1_700_000_000, b"PXAT": 1_700_000_000_000}
    return command[0].upper() == b"SET" and any(value < now[option] for option, value in after(command, b"EXAT", b"PXAT"))
