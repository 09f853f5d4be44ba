"""The words that commands are made of: few keys and few values, so that commands meet."""

PLAIN = [b"a", b"b", b"c", b"key:1", b"key:2", b"key:22", b"K", b"", b"bin\x00\r\n\xff", b"{t}a"]
# All of these keys lie in one shard, because only the part in braces decides where a key lives.
TAGGED = [b"{t}" + key for key in PLAIN[:8]] + [b"{t}", b"x{t}y"]

NUMBERS = [b"0", b"1", b"-1", b"10", b"42", b"-7", b"100", b"9223372036854775807", b"-9223372036854775808"]
# Sums of halves, quarters and eighths have the same digits in decimal and in binary arithmetic. See `answers.py`.
FLOATS = [b"0.5", b"-0.25", b"3", b"1.125", b"2e2", b"-10.75", b"0", b"+1.5", b"100000000.5"]
TEXTS = [b"abc", b"hello world", b"", b"\x00\x01\xff\r\n", b"aXbXc", b"foo", b" 1", b"1 ", b"01", b"3.25", b"x" * 44,
         b"y" * 45, b"long " * 60, b"+5", b"-0", b"nan"]
VALUES = NUMBERS + TEXTS
PATTERNS = [b"*", b"key:*", b"key:?", b"[a-c]", b"[^a]", b"\\a", b"", b"k*:*2", b"{t}*", b"*\xff", b"[z-a]", b"[a"]
# Neither `**` nor a channel without a name is listed: in Redis no pattern with a star matches an empty text, but for
# `KEYS *`.
CHANNELS = [b"news", b"sport", b"ch\x00\xff"]
CHANNEL_PATTERNS = [b"n*", b"*", b"s?ort", b"[mn]ews", b"\\news"]

# Words that are no option and no number, or only nearly.
JUNK = [b"", b"foo", b"NX", b"XX", b"GET", b"EX", b"PX", b"KEEPTTL", b"PERSIST", b"MATCH", b"COUNT", b"LEN", b"REPLACE", b"1",
        b"-1", b"0", b"1.5", b"9223372036854775808", b"-9223372036854775809", b"99999999999999999999", b"1e3", b"0x10",
        b" 1", b"1 ", b"+1", b"-0", b"\x00", b"1\x00", b"inf", b"nan", b"GT", b"LT", b"ASYNC", b"SYNC", b"DB", b"IDX", b"WITHMATCHLEN",
        b"MINMATCHLEN", b"HELP", b"4611686018427387904", b"9223372036854775", b"9223372036854776", b"\xc3\xa9\xff", b"a\r\nb",
        b"1e400", b"z" * 140]

# Names that no command has. None has a zero byte behind a command's name: whether Redis finds such a name depends on
# its hash table.
UNKNOWN = [b"NOSUCH", b"", b"GETT", b"GE", b"\xff\xfe", b"a b", b"w" * 150, b"NO\r\nSUCH", b"config|get", b"CLIENT|ID"]
