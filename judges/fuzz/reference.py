"""Starts the redis-server with which this server is compared."""

import contextlib
import pathlib
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from resp import Connection  # noqa: E402
from serving import wait_until  # noqa: E402


@contextlib.contextmanager
def reference():
    """A redis-server on a free port, without persistence: yields the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
               "--daemonize", "no", "--dir", tempfile.gettempdir()]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def ready():
        if process.poll() is not None:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        try:
            with Connection(port) as connection:
                return not connection.call("PING").is_error()
        except OSError:
            return False

    try:
        wait_until(ready, 30, "an answer of redis-server")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)
