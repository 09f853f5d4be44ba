"""The two servers that are compared: what both say to the same requests."""

import contextlib
import pathlib
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from resp import Closed, Connection  # noqa: E402
from serving import wait_until  # noqa: E402


def free_port():
    """A port that nothing listens at; another process may take it meanwhile, and the server then says so."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def answers(port):
    try:
        with Connection(port, timeout=1) as connection:
            return connection.call("PING").data == b"PONG"
    except (OSError, Closed):
        return False


@contextlib.contextmanager
def redis(program):
    """A redis-server that keeps nothing: yields its port and its process."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "--port", str(port), "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: process.poll() is not None or answers(port), 10, "redis-server answers")
            yield port, process
        finally:
            process.terminate()
            process.wait(timeout=10)


def both_say(ports, data, at_end=False):
    """All that each server says to the same bytes, until it closes: lists of replies. A server that waits for more closes only
    if it is told that this is the end."""
    with Connection(ports[0]) as first, Connection(ports[1]) as second:
        # Both are at work before the first is waited for.
        first.send_raw(data)
        second.send_raw(data)
        if at_end:
            first.socket.shutdown(socket.SHUT_WR)
            second.socket.shutdown(socket.SHUT_WR)
        return until_closed(first), until_closed(second)


def until_closed(connection):
    replies = []
    with contextlib.suppress(Closed):
        while True:
            replies.append(connection.read())
    return replies
