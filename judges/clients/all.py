"""Starts each backend's server, and the clients against it, which judges/clients/run has installed."""

import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from serving import BACKENDS, binary, served, skip  # noqa: E402

python, modules, *wanted = sys.argv[1:]
clients = []
if shutil.which(python) and subprocess.run([python, "-c", "import redis"], capture_output=True).returncode == 0:
    clients.append([python, str(HERE / "redis_py.py")])
if shutil.which("node") and (pathlib.Path(modules) / "node_modules" / "ioredis").exists():
    clients.append(["node", str(HERE / "ioredis.mjs")])
if shutil.which("redis-cli") and shutil.which("redis-benchmark"):
    clients.append([sys.executable, str(HERE / "redis_tools.py")])
else:
    print("clients: no redis-cli and redis-benchmark here (Debian's package redis-tools)")
if not clients:
    # Without a client there is no need to build the server.
    skip("there is no redis-py, no ioredis and no redis-cli here")
program = binary("debug")
for backend in wanted or BACKENDS:
    for client in clients:
        with served(program, backend, "--threads", "2") as (port, _):
            arguments = [*client, str(port)] + ([str(pathlib.Path(modules).resolve())] if client[0] == "node" else [])
            done = subprocess.run(arguments, timeout=120, stdout=subprocess.PIPE, text=True)
            if done.returncode:
                raise SystemExit(f"{backend}: {client[-1]} failed")
            print(f"{backend}: {done.stdout.strip()}", flush=True)
