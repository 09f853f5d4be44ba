"""A connection whose replies are kept as bytes."""

from answers import whole
from resp import Connection, encode


class Wire:
    """A client's side of a connection. A reply that does not come is `None`, and so is each after the connection's end."""

    def __init__(self, port, protocol, patience):
        self.socket = Connection(port, protocol, patience).socket
        self.left = b""

    def close(self):
        self.socket.close()

    def send(self, *commands):
        """Sends some commands at once, each a list of arguments."""
        try:
            self.socket.sendall(b"".join(encode(*command) for command in commands))
        except OSError:
            # The failure shows when the reply does not come.
            pass

    def one(self):
        """The next reply."""
        while True:
            try:
                end = whole(self.left, 0)
                if end <= len(self.left):
                    reply, self.left = self.left[:end], self.left[end:]
                    return reply
            except ValueError:
                # The reply has not arrived whole.
                pass
            if not self.more():
                return None

    def until(self, mark):
        """All replies up to the one that ends with this mark, which is left out."""
        end = mark + b"\r\n"
        while end not in self.left and self.more():
            pass
        replies, at, data = [], 0, self.left
        try:
            while at < len(data) and (after := whole(data, at)) <= len(data):
                reply, at = data[at:after], after
                if reply.endswith(end):
                    break
                replies.append(reply)
        except ValueError:
            # The rest has not arrived whole.
            pass
        self.left = data[at:]
        return replies

    def more(self):
        """Waits for more bytes; returns whether any came."""
        try:
            data = self.socket.recv(1 << 16)
        except OSError:
            return False
        self.left += data
        return bool(data)
