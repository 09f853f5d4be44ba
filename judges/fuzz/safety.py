"""Keeps out what would stop a server or hang on the clock, and what is known to lead two stores apart."""

# What a deadline may not be shorter than, if no sequence shall live to see its end. In whatever unit.
NEAR = 60_000


def number(argument):
    """The number that an argument is, if Redis takes it for one."""
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
        # Alone it is a request to stop.
        return len(command) > 1
    if name == b"COMMAND" and (len(command) == 1 or len(command) == 2 and command[1].upper() in (b"DOCS", b"INFO", b"LIST")):
        # Thousands of replies in one, about a table that has other commands.
        return False
    if name == b"SELECT" or name == b"COPY":
        # There is one database, and Redis would go on in another.
        index = number(command[1]) if name == b"SELECT" and len(command) == 2 else None
        others = [value for _, value in after(command, b"DB")] + ([] if index is None else [index])
        return not any(0 < value < 16 for value in others)
    if name in (b"UNSUBSCRIBE", b"PUNSUBSCRIBE") and counted:
        # One reply for each channel.
        return len(command) < 3
    if name in (b"SET", b"GETEX"):
        return not any(0 < value < NEAR for _, value in after(command, b"EX", b"PX"))
    if name in (b"SETEX", b"PSETEX", b"EXPIRE", b"PEXPIRE") and len(command) > 2:
        value = number(command[2])
        return value is None or not 0 < value < NEAR
    return True


def leaves_a_stale_key(command):
    """Whether Redis keeps a key after this whose time is over already."""
    now = {b"EXAT": 1_700_000_000, b"PXAT": 1_700_000_000_000}
    return command[0].upper() == b"SET" and any(value < now[option] for option, value in after(command, b"EXAT", b"PXAT"))
