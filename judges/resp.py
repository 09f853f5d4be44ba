"""Reads replies of both protocols and keeps their types, which client libraries throw away."""

import socket

# The first byte of a line, by the type that it announces.
SCALARS = {b"+": "simple", b"-": "error", b":": "int", b",": "double", b"#": "bool", b"(": "big number"}
BLOBS = {b"$": "bulk", b"=": "verbatim", b"!": "bulk error"}
AGGREGATES = {b"*": "array", b"%": "map", b"~": "set", b">": "push", b"|": "attribute"}


class Value:
    """A reply: its type, and its data.

    The data of `int` is a number, that of `null` and `null array` is `None`, that of an aggregate a list of values (of
    a `map` a list of pairs), and that of all others bytes as they came, a `verbatim`'s format included.
    """

    __slots__ = ("kind", "data")

    def __init__(self, kind, data=None):
        self.kind, self.data = kind, data

    def __eq__(self, other):
        return isinstance(other, Value) and (self.kind, self.data) == (other.kind, other.data)

    def __hash__(self):
        return hash(repr(self))

    def __repr__(self):
        if self.kind == "map":
            return "map{" + ", ".join(f"{key!r}: {value!r}" for key, value in self.data) + "}"
        if isinstance(self.data, list):
            return f"{self.kind}[{', '.join(map(repr, self.data))}]"
        return self.kind if self.data is None else f"{self.kind} {self.data!r}"

    def is_error(self):
        return self.kind in ("error", "bulk error")


class Closed(Exception):
    """The error of a connection that the server has closed."""


def encode(*args):
    """The bytes of a request; an argument is bytes, text or a number."""
    parts = [b"*%d\r\n" % len(args)]
    for arg in args:
        arg = arg if isinstance(arg, bytes) else str(arg).encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(arg), arg))
    return b"".join(parts)


class Connection:
    """A client's side of one connection."""

    def __init__(self, port, protocol=2, timeout=10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer, self.position = bytearray(), 0
        if protocol != 2:
            greeting = self.call("HELLO", protocol)
            if greeting.is_error():
                raise SystemExit(f"HELLO {protocol}: {greeting}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, *args):
        """Sends a request without waiting for its reply."""
        self.send_raw(encode(*args))

    def send_raw(self, data):
        """Sends bytes without change."""
        try:
            self.socket.sendall(data)
        except ConnectionError as error:
            raise Closed(str(error)) from error

    def call(self, *args):
        """Sends a request and reads one reply."""
        self.send(*args)
        return self.read()

    def read(self):
        """Reads one reply: a `Value`. Raises `Closed` at the end, and `TimeoutError` if no reply comes."""
        self._forget()
        return self._value()

    def read_raw(self):
        """Reads one whole reply: its bytes."""
        self._forget(least=1)
        # The buffer is only appended to, so the reply is all that lies before the new position.
        self._value()
        return bytes(self.buffer[:self.position])

    def _forget(self, least=1 << 16):
        """Drops the bytes that were read; not at every reply, because each drop copies the rest."""
        if self.position >= least:
            del self.buffer[:self.position]
            self.position = 0

    def _value(self):
        line = self._line()
        mark, rest = line[:1], line[1:]
        if mark in SCALARS:
            kind = SCALARS[mark]
            return Value(kind, int(rest) if kind == "int" else rest)
        if mark == b"_":
            return Value("null")
        if mark in BLOBS:
            length = int(rest)
            return Value("null") if length < 0 else Value(BLOBS[mark], self._exactly(length))
        if mark in AGGREGATES:
            kind, length = AGGREGATES[mark], int(rest)
            if length < 0:
                return Value("null array")
            if kind in ("map", "attribute"):
                return Value(kind, [(self._value(), self._value()) for _ in range(length)])
            return Value(kind, [self._value() for _ in range(length)])
        raise ValueError(f"no reply begins with {line!r}")

    def at_end(self):
        """Whether the server closes without another byte."""
        try:
            return self.position == len(self.buffer) and not self._more()
        except Closed:
            return True

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionError as error:
            raise Closed(str(error)) from error
        self.buffer += data
        return data

    def _line(self):
        start = self.position
        while (end := self.buffer.find(b"\r\n", start)) < 0:
            start = max(self.position, len(self.buffer) - 1)
            if not self._more():
                raise Closed("in the middle of a line" if self.position < len(self.buffer) else "at the end")
        line, self.position = bytes(self.buffer[self.position:end]), end + 2
        return line

    def _exactly(self, length):
        while len(self.buffer) < self.position + length + 2:
            if not self._more():
                raise Closed("in the middle of a string")
        data = bytes(self.buffer[self.position:self.position + length])
        self.position += length + 2
        return data

