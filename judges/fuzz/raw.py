"""Sends bytes that are no protocol, or only nearly: each server answers the part that it understood, and closes at the same
place."""

import re
import socket

PIECES = [b"*", b"$", b"\r\n", b"\n", b"*1\r\n", b"*2\r\n", b"*-1\r\n", b"*0\r\n", b"$4\r\nPING\r\n", b"$3\r\nGET\r\n",
          b"$1\r\na\r\n", b"$0\r\n\r\n", b"$-1\r\n", b"$5\r\n", b"PING", b"PING\r\n", b"GET a\r\n", b"SET a 1\r\n", b"SET a \"x\\n\"\r\n",
          b"\"", b"'", b" ", b"\xff", b"12", b"*3\r\n$3\r\nSET\r\n", b"+OK\r\n", b":1\r\n", b"*2147483648\r\n",
          b"$536870913\r\n", b"*a\r\n", b"$a\r\n", b"GET 'a\r\n", b"GET \"a\"b\r\n", b"ECHO \"\\x41\\q\"\r\n", b"HELLO 3\r\n",
          b"   \r\n", b"PING\t\r\n", b"*1\n$4\nPING\n", b"!", b"=", b"*99999999999999999999\r\n", b"$99999999999999999999\r\n"]


def raw(ports, random):
    """Sends the same bytes to both; returns the shortest bytes that show a difference, and both answers, or nothing."""
    if random.random() < 0.1:
        sent = bytes(random.randrange(256) for _ in range(random.randrange(1, 60)))
    else:
        sent = b"".join(random.choice(PIECES) for _ in range(random.randrange(1, 8)))
    if not comparable(sent):
        return None
    theirs, ours = (answered(port, sent) for port in ports)
    if same(theirs, ours):
        return None
    # The bytes are shortened for as long as there is a difference.
    at = 0
    while at < len(sent):
        shorter = sent[:at] + sent[at + 1:]
        pair = [answered(port, shorter) for port in ports] if comparable(shorter) else [b"", b""]
        if not same(*pair):
            sent, (theirs, ours) = shorter, pair
        else:
            at += 1
    return sent, theirs, ours


def same(theirs, ours):
    """Whether both answers are alike. Redis skips any two bytes behind an argument; this server closes if they are no line end,
    because the bytes behind them could be a part of a value, taken for a command."""
    return theirs == ours or b"expected CRLF after an argument" in ours


def comparable(sent):
    """Whether Redis reads these bytes as this server does. Its lines end at a zero byte, and it does not look at the byte after
    a CR."""
    return b"\x00" not in sent and not re.search(rb"\r(?!\n)", sent)


def answered(port, sent):
    """All bytes of the answer up to the end of the connection, without the number that HELLO gives a client."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        received = b""
        try:
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            while data := client.recv(65536):
                received += data
        except ConnectionError:
            # The server closed before it had read all bytes: its answer may be lost with the connection.
            pass
        except TimeoutError:
            return received + b" ... and no end"
    return re.sub(rb"\$2\r\nid\r\n:\d+", b"", received)
