"""Lets redis-cli and redis-benchmark talk to a server: redis_tools.py PORT."""

import subprocess
import sys

PORT = sys.argv[1]


def cli(*words, given=None):
    """The output of redis-cli."""
    command = ["redis-cli", "-p", PORT, *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True, timeout=60).stdout


def wants(expected, got):
    if got != expected:
        sys.exit(f"redis-cli wanted {expected!r} and got {got!r}")


wants("OK\n", cli("set", "greeting", "hello world"))
wants("hello world\n", cli("get", "greeting"))
# The input is as a user types it, quotes and mistakes included.
wants("OK\n\x00\n3\n", cli(given='set "a key" "\\x00"\nget "a key"\nappend "a key" bc\n'))
wants("OK\nQUEUED\nQUEUED\n1\n2\n", cli(given="multi\nincr count\nincr count\nexec\n"))
if '"proto" => (integer) 3' not in cli("-3", "--no-raw", "hello"):
    sys.exit("redis-cli was not greeted in RESP3")
if "unknown command" not in cli("nonsense"):
    sys.exit("redis-cli was not told that a command is unknown")
# redis-cli reads a listing by SCAN, and the server's facts by INFO.
wants({"greeting", "a key", "count"}, set(cli("--scan").splitlines()))
if "redis_version:" not in cli("info", "server"):
    sys.exit("redis-cli found no version")
# Thousands of commands in one stream, each reply counted.
many = "".join(f"SET many:{n} {n}\r\n" for n in range(5000))
if "errors: 0, replies: 5000" not in cli("--pipe", given=many):
    sys.exit("redis-cli --pipe did not get each reply")

tests = ["ping_inline", "ping_mbulk", "set", "get", "incr", "mset"]
for pipeline in ("1", "16"):
    command = ["redis-benchmark", "-p", PORT, "-t", ",".join(tests), "-n", "2000", "-c", "20", "-P", pipeline, "--csv"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    # Since 6.2 redis-benchmark prints a header; older versions print none.
    lines = [line for line in done.stdout.splitlines() if line.startswith('"') and not line.startswith('"test"')]
    if done.returncode or len(lines) != len(tests):
        sys.exit(f"redis-benchmark: {done.stdout}{done.stderr}")
print("redis-cli and redis-benchmark: all well")
