"""Compares the answers to malformed and unusual bytes: all that both servers send until they close."""

from pair import both_say

BYTES = [
    b"PING\r\nQUIT\r\n", b"PING\nQUIT\n", b"\r\n\r\nPING\r\nQUIT\r\n", b"*0\r\n*-1\r\nPING\r\nQUIT\r\n",
    b"*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n", b"*1\r\n\xff4\r\n", b"*1\r\nPING\r\n", b"*1\r\n\r\n",
    b"*abc\r\n", b"*9223372036854775808\r\n", b"*1\r\n$-1\r\n", b"*1\r\n$abc\r\n", b"*1\r\n$536870913\r\n",
    b"ECHO \"a\\x00b\\n\"\r\nQUIT\r\n", b"ECHO 'it\\'s'\r\nQUIT\r\n", b"ECHO \"a\r\n", b"ECHO \"a\"b\r\n", b"ECHO \xff\r\nQUIT\r\n",
    b"no\xff such\r\nQUIT\r\n", b"GET\x0bk\r\nQUIT\r\n", b"x" * 65537,
]
# Two inputs are left out: `*1\r
# $4\r
# PINGxx`, for which Redis skips two bytes unread and goes on in the middle of what they were; and a zero byte in a line
# or in the header of an argument, behind which Redis never finds the line's end.


def compare(ours, theirs):
    """Compares the servers at two ports. Returns how many inputs were compared, and the differences as texts."""
    differences = []
    for data in BYTES:
        our_replies, their_replies = both_say((ours, theirs), data, at_end=True)
        if our_replies != their_replies:
            differences.append(f"{data[:60]!r}\n  Redis: {their_replies}\n  here:  {our_replies}")
    return len(BYTES), differences
