#!/usr/bin/env python3
"""Measures the cost of serving, side by side with redis-server: redis-benchmark against one server after the other, in turns.

    judges/load.py [--backend tokio,kameo] [--rounds 5] [--mini-redis] [--markdown FILE]

Client and servers share the machine, so a rate also depends on the client. The processor time of a server per operation is read
from its process. Both are printed as ratios to redis-server's in the same round, the median over rounds.
"""

import argparse
import contextlib
import os
import pathlib
import shutil
import statistics
import subprocess

from serving import BACKENDS, ROOT, binary, package, publish, served, skip, wait_until

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process and all its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def mini_redis():
    """The path of mini-redis, which is installed if it is missing."""
    root = ROOT / "target" / "ci-tools"
    program = root / "bin" / "mini-redis-server"
    if not program.exists():
        command = ["cargo", "install", "--quiet", "mini-redis", "--version", "0.4.1", "--bin", program.name, "--root", str(root)]
        subprocess.run(command, check=True)
    return program


@contextlib.contextmanager
def server(command, port):
    process = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        def answers():
            # The judge sends no PING, which mini-redis does not know.
            return subprocess.run(["redis-cli", "-p", str(port), "get", "nothing"], capture_output=True).returncode == 0

        wait_until(answers, 10, f"{command[0]} answers")
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=10)


def play(port, pid, test, pipeline, requests):
    """Operations per second as the client counts them, and microseconds of the server's processors for each."""
    before = cpu_seconds(pid)
    done = subprocess.run(
        ["redis-benchmark", "-h", "127.0.0.1", "-p", str(port), "-t", test, "-P", str(pipeline), "-c", "50",
         "-n", str(requests), "-r", "100000", "-d", "64", "--csv"],
        capture_output=True, text=True, check=True, timeout=300)
    spent = cpu_seconds(pid) - before
    rate = float(done.stdout.strip().splitlines()[-1].split(",")[1].strip('"'))
    return rate, spent / requests * 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", default=",".join(BACKENDS))
    parser.add_argument("--topology", default="single")
    parser.add_argument("--threads", help="threads of our servers; as serve has them by default if not given")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, nargs=2, default=[100_000, 1_000_000], help="with -P 1 and with -P 16")
    parser.add_argument("--mini-redis", action="store_true", help="tokio's teaching server beside them, from crates.io")
    parser.add_argument("--markdown", type=pathlib.Path)
    arguments = parser.parse_args()
    reference = package("redis-server", "redis-server")
    if not reference or not package("redis-benchmark", "redis-tools"):
        skip("there is no redis-server or redis-benchmark here (Debian's packages redis-server and redis-tools)")
    program = binary()
    options = ["--topology", arguments.topology] + (["--threads", arguments.threads] if arguments.threads else [])
    cases = [(pipeline, test, requests)
             for pipeline, requests in zip((1, 16), arguments.requests) for test in ("set", "get")]
    with contextlib.ExitStack() as stack:
        options_of_redis = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--daemonize", "no"]
        servers = {"redis-server": stack.enter_context(server([reference, *options_of_redis], 16399))}
        for backend in arguments.backend.split(","):
            servers[backend] = stack.enter_context(served(program, backend, *options))
        if arguments.mini_redis:
            servers["mini-redis"] = stack.enter_context(server([mini_redis()], 16400))
        figures = {}
        for number in range(arguments.rounds + 1):
            for pipeline, test, requests in cases:
                for name, (port, process) in servers.items():
                    # The first round fills the stores and warms up all servers. mini-redis writes each reply by itself,
                    # and would take minutes for a million in pipelines.
                    count = requests // 10 if number == 0 or (name == "mini-redis" and pipeline > 1) else requests
                    rate, micros = play(port, process.pid, test, pipeline, count)
                    if number:
                        figures.setdefault((pipeline, test, name), []).append((rate, micros))
        table = markdown(cases, list(servers), figures, arguments)
    print(table)
    if arguments.markdown:
        publish(arguments.markdown, table)


def markdown(cases, names, figures, arguments):
    def ratio(pipeline, test, name, which):
        pairs = zip(figures[pipeline, test, name], figures[pipeline, test, "redis-server"])
        return statistics.median(own[which] / other[which] for own, other in pairs)

    heads = [f"`-P {pipeline}` {test}" for pipeline, test, _ in cases]
    lines = [f"| | {' | '.join(heads)} |", "|---|" + "--:|" * len(cases)]
    for name in names:
        cells = []
        for pipeline, test, _ in cases:
            micros = statistics.median(micros for _, micros in figures[pipeline, test, name])
            cells.append(f"{ratio(pipeline, test, name, 1):.2f} ({micros:.2f} µs)<br>{ratio(pipeline, test, name, 0):.2f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    version = subprocess.run(["redis-server", "--version"], capture_output=True, text=True).stdout.split()[2].removeprefix("v=")
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    lines.append("")
    lines.append(
        f"In each cell the server's processor time per operation as a ratio to redis-server's ({version}) in the same round, "
        f"in brackets the time itself, and below the rate as a ratio. Median of {arguments.rounds} rounds; 50 clients, keys out of "
        f"100,000, values of 64 bytes; topology {arguments.topology}; load average at the end {load}.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
