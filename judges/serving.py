"""Starts the servers that the judges judge, and has functions that several judges need."""

import contextlib
import datetime
import os
import pathlib
import platform
import re
import shlex
import shutil
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BACKENDS = ["mutex", "tokio", "kameo", "ractor", "actix", "actix-local", "elfo"]


def stages(backends, topologies):
    """Each of some backends in each of some topologies, both separated by commas, and a label for the pair."""
    for topology in topologies.split(","):
        for backend in backends.split(","):
            if (backend, topology) == ("mutex", "per-key"):
                print("mutex has no topology per-key", flush=True)
            else:
                yield backend, topology, backend if topology == "single" else f"{backend} {topology}"


def binary(profile="release"):
    """Builds the server, and returns its path."""
    return built(["--bin", "audition"], profile) / "audition"


def built(target, profile="release"):
    """Builds one of the workspace's programs, and returns its folder."""
    # `--package` is not used: it would choose other features of shared crates than `cargo run` and build those again.
    arguments = ["cargo", "build", "--locked", "--quiet", *target]
    subprocess.run(arguments + (["--release"] if profile == "release" else []), cwd=ROOT, check=True)
    folder = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return folder / ("release" if profile == "release" else "debug")


@contextlib.contextmanager
def served(program, backend, *options, log=subprocess.DEVNULL):
    """A served backend: yields its port and its process, and stops it politely."""
    command = [str(program), "serve", "--backend", backend, "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    # Without the timer, a server that prints nothing would be waited for without end.
    impatience = threading.Timer(60, process.kill)
    impatience.daemon = True
    impatience.start()
    try:
        port = None
        for line in process.stderr:
            found = re.search(r"serves at \S+:(\d+)", line)
            if found:
                port = int(found.group(1))
                break
        impatience.cancel()
        if port is None:
            raise SystemExit(f"{' '.join(command)} did not start within 60 s")
        drain(process.stderr, log)
        yield port, process
    finally:
        impatience.cancel()
        if process.poll() is None:
            process.terminate()
        try:
            status = process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise SystemExit(f"{backend}: did not stop within 30 s of SIGTERM")
    if status != 0:
        raise SystemExit(f"{backend}: ended with {status} on SIGTERM, not with 0")


def drain(stream, log):
    """Reads the server's log for ever, so that it never waits for a reader."""
    sink = open(log, "w") if isinstance(log, (str, pathlib.Path)) else None

    def read():
        for line in stream:
            if sink:
                sink.write(line)
                sink.flush()

    threading.Thread(target=read, daemon=True).start()


def said(*command):
    """The output of a command that runs in the repository's folder."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()


def revision():
    """The revision that is judged. The tables themselves do not count as changes: one is written after the other."""
    changed = said("git", "status", "--porcelain", "--", ".", ":!docs")
    return said("git", "rev-parse", "--short", "HEAD") + (" with changes" if changed else "")


# The revision is read now, and not in half an hour, when a judge has ended.
REVISION = revision()


def publish(path, table):
    """Writes a table for the book, and the origin of its figures."""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    arguments = shlex.join(argument for argument in sys.argv[1:] if argument not in ("--markdown", str(path)))
    command = f"judges/{pathlib.Path(sys.argv[0]).name} {arguments}".strip()
    path.write_text(
        f"{table}\n`{command}` at {REVISION}, {datetime.date.today()}, {os.cpu_count()} processors, "
        f"{model.group(1) if model else platform.machine()}, Linux {platform.release()}, {said('rustc', '--version')}.\n")


def skip(reason):
    """Prints in one line why a judge cannot judge here."""
    print(f"judges: skipped, {reason}")
    sys.exit(0)


def package(program, name):
    """The path of a program, installed by its Debian package's name where that can be done; `None` otherwise."""
    if shutil.which(program) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        # A server that is installed must not be started by its package: the judges start their own.
        policy = pathlib.Path("/usr/sbin/policy-rc.d")
        ours = not policy.exists()
        try:
            if ours:
                policy.write_text("#!/bin/sh\nexit 101\n")
                policy.chmod(0o755)
            subprocess.run(["apt-get", "update"], timeout=300, **quiet)
            install = ["apt-get", "install", "--yes", "--no-install-recommends", name]
            subprocess.run(install, env=environment, timeout=300, **quiet)
        except (OSError, subprocess.TimeoutExpired):
            return None
        finally:
            # The policy is removed in any case: if it stayed, it would keep every later installation from starting its
            # server.
            if ours:
                with contextlib.suppress(OSError):
                    policy.unlink()
    return shutil.which(program)


def wait_until(condition, seconds, what):
    """Waits for a condition, not for a time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"after {seconds} s still not: {what}")
        time.sleep(0.01)
