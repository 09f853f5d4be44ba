#!/usr/bin/env python3
"""Lets the tests of fakeredis, which also run against a real Redis, judge every backend.

    judges/fakeredis.py [--backend tokio,kameo] [--port 6379]

fakeredis imitates Redis within Python, and its tests compare it with a real Redis. Here this server stands in for the real one.
The source of fakeredis comes from PyPI into target/ and is never committed. Tests that need other types, scripts or other
things that this server lacks are named in fakeredis-skip.txt, by reason. A failure that is not named there fails the judge, and
a named test that passes is printed.
"""

import argparse
import concurrent.futures
import pathlib
import shutil
import subprocess
import sys
import tarfile
import xml.etree.ElementTree

from resp import Connection
from serving import BACKENDS, ROOT, binary, served, skip

VERSION = "2.41.0"
WORK = ROOT / "target" / "judges" / "fakeredis"
PYTHON = WORK / "venv" / "bin" / "python"
# In the other files, every test is about another type, a script, a module, or about fakeredis itself.
UNITS = """test_mixins/test_string_commands.py test_mixins/test_generic_commands.py test_mixins/test_generic_scan_commands.py
test_mixins/test_connection_commands.py test_mixins/test_server_commands.py test_mixins/test_pubsub_commands.py
test_mixins/test_transactions_commands.py test_keyspace_notifications.py test_async/test_asyncredis.py
test_async/test_redis_only.py""".split()
PACKAGES = [f"fakeredis=={VERSION}", "redis==7.1.0", "valkey==6.1.1", "pytest==9.1.1", "pytest-asyncio==1.4.0", "pytest-mock==3.15.1",
            "pytest-timeout==2.4.0"]


def suite():
    """The folder of the tests, fetched if it is not there yet."""
    tree = WORK / f"fakeredis-{VERSION}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if not PYTHON.exists() or subprocess.run([PYTHON, "-c", "import fakeredis, pytest_mock"], **quiet).returncode:
        made = subprocess.run([sys.executable, "-m", "venv", WORK / "venv"], **quiet).returncode
        if made or subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *PACKAGES], **quiet).returncode:
            skip("pip could not install fakeredis and pytest")
    if not tree.exists():
        # The archive is not built: it has the tests, which the package leaves out.
        fetch = [PYTHON, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "fakeredis", f"fakeredis=={VERSION}"]
        subprocess.run([*fetch, "--dest", WORK], **quiet)
        archive = WORK / f"fakeredis-{VERSION}.tar.gz"
        if not archive.exists():
            skip("pip could not download the source of fakeredis")
        with tarfile.open(archive) as source:
            source.extractall(WORK, filter="data") if hasattr(tarfile, "data_filter") else source.extractall(WORK)
    return tree


def aim(tree, port):
    """Copies the tests for a port. They name their own port in many places, and a database that a server may not have."""
    folder = WORK / f"aimed-{port}"
    shutil.rmtree(folder, ignore_errors=True)
    with Connection(port) as connection:
        database = 0 if connection.call("SELECT", 2).is_error() else 2
    for original in (tree / "test").rglob("*.py"):
        copy = folder / original.relative_to(tree)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = original.read_text().replace("6390", str(port))
        # The tests know servers by name, and which tests each can pass. This server is asked what Redis is asked.
        text = text.replace('server_type = client_info["server_name"]', 'server_type = "redis"')
        for two in ["db=2", '"db": 2', "@2__"]:
            text = text.replace(two, two.replace("2", str(database)))
        copy.write_text(text)
    # This file declares the marks by which the tests are chosen.
    (folder / "pyproject.toml").write_text((tree / "pyproject.toml").read_text())
    return folder


def listed():
    """The names in the list of what is out of scope; a line that ends in a colon is a reason."""
    lines = (pathlib.Path(__file__).parent / "fakeredis-skip.txt").read_text().splitlines()
    return {line.strip() for line in lines if line.strip() and not line.endswith(":")}


def judge(tree, name, port):
    """Runs the tests against a port and writes a log of this name; returns each test's verdicts, one for each protocol."""
    aimed = aim(tree, port)
    report = aimed / "report.xml"
    command = [PYTHON, "-m", "pytest", "-m", "real", "-q", "--timeout", "30", "-p", "no:cacheprovider", "--tb=line",
               f"--junitxml={report}", "-o", "junit_family=xunit1", *[f"test/{unit}" for unit in UNITS]]
    done = subprocess.run(command, cwd=aimed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900)
    (WORK / f"{name}.log").write_text(done.stdout)
    if not report.exists():
        raise SystemExit(f"fakeredis: the suite did not come to its end: {done.stdout[-2000:]}")
    verdicts = {}
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('file').removeprefix('test/')}::{case.get('name').split('[')[0]}"
        bad = case.find("failure") if case.find("failure") is not None else case.find("error")
        if case.find("skipped") is None:
            verdicts.setdefault(name, []).append("" if bad is None else (bad.get("message") or "failed").splitlines()[0])
    return verdicts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", default=",".join(BACKENDS), help="only these")
    parser.add_argument("--port", type=int, help="judges what listens there already, redis-server for one")
    parser.add_argument("--together", type=int, default=4, help="so many backends at once")
    parser.add_argument("--debug", action="store_true", help="a build without optimisation")
    parser.add_argument("--program", help="this server, already built")
    arguments = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    tree, known, bad = suite(), listed(), False
    if arguments.port:
        sys.exit(told("port", judge(tree, "port", arguments.port), known))

    program = arguments.program or binary("debug" if arguments.debug else "release")

    def of(backend):
        with served(program, backend, "--threads", "1") as (port, _):
            return backend, judge(tree, backend, port)

    # Most tests wait for a key or a message to expire. They can wait at the same time.
    with concurrent.futures.ThreadPoolExecutor(arguments.together) as pool:
        for backend, verdicts in pool.map(of, arguments.backend.split(",")):
            bad |= told(backend, verdicts, known)
    sys.exit(bad)


def told(backend, verdicts, known):
    """Prints the results of the tests; returns whether one failed that should not."""
    failed = {name: next(filter(None, said)) for name, said in verdicts.items() if any(said)}
    surprising = {name: said for name, said in failed.items() if name not in known}
    runs = sum(len(said) for name, said in verdicts.items())
    passed = sum(not reason for said in verdicts.values() for reason in said)
    print(f"{backend}: fakeredis {VERSION}: {passed} of {runs} pass, {runs - passed} fail, {len(surprising)} tests unexpectedly", flush=True)
    for name, reason in surprising.items():
        print(f"    {name}: {reason[:200]}")
    for name in sorted(known & verdicts.keys() - failed.keys()):
        print(f"    passes, although fakeredis-skip.txt names it: {name}")
    for name in sorted(known - verdicts.keys()):
        print(f"    did not run, although fakeredis-skip.txt names it: {name}")
    return bool(surprising) or not passed


if __name__ == "__main__":
    main()
