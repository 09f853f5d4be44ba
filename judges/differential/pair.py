"""The two servers that are compared, and their answers to the same requests."""

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
    """A port at which no process listens; another process may take it meanwhile, and the server's start then fails with an
    error."""
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
    """A redis-server without persistence: yields its port and its process."""
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
    """All replies of each server to the same bytes, until it closes: lists of replies. A server that waits for more bytes
    closes only if it is told that there are none."""
    with Connection(ports[0]) as first, Connection(ports[1]) as second:
        # Both servers work before the first one is waited for.
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
