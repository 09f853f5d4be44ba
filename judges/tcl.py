#!/usr/bin/env python3
"""Lets the Redis project's own test suite judge every backend.

    judges/tcl.py [--backend tokio,kameo] [--unit unit/type/string] [--markdown FILE]

The suite of Redis 7.0.15 is Debian's source package, fetched into target/ and never committed. It runs in external mode:
against a port, whatever listens there. Tests that need other data types, scripts, replication or persistence are out of scope:
tcl-skip.txt has their names, and DENIED has the tags of others. All other tests have to pass, on every backend, and a unit of
which no test ran is a failure as well.
"""

import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

from serving import BACKENDS, ROOT, binary, package, publish, served, skip

UNITS = """unit/type/string unit/type/incr unit/expire unit/keyspace unit/scan unit/protocol unit/pubsub unit/quit
unit/info-command unit/introspection unit/introspection-2 unit/multi unit/other""".split()
DENIED = "-needs:debug -needs:repl -needs:save -needs:config-maxmemory -needs:pfdebug -slow"
ARCHIVE = "redis_7.0.15.orig.tar.gz"
WORK = ROOT / "target" / "judges"


def source_lists(folder):
    """This machine's package sources for apt, turned from packages to their sources."""
    text = []
    for path in [pathlib.Path("/etc/apt/sources.list"), *pathlib.Path("/etc/apt/sources.list.d").glob("*.list")]:
        if path.exists():
            for line in path.read_text().splitlines():
                if line.startswith("deb ") and "debian" in line:
                    text.append(line.replace("deb ", "deb-src ", 1))
    (folder / "old.list").write_text("\n".join(text) + "\n")
    stanzas = []
    for path in pathlib.Path("/etc/apt/sources.list.d").glob("*.sources"):
        if "debian" in path.read_text():
            stanzas.append(re.sub(r"(?m)^Types:.*$", "Types: deb-src", path.read_text()))
    (folder / "new.sources").write_text("\n\n".join(stanzas))


def suite():
    """The folder of the suite, fetched if it is not there yet."""
    tree = WORK / "redis-7.0.15"
    if (tree / "runtest").exists():
        return tree
    if not shutil.which("apt-get"):
        skip("Redis's suite comes from Debian's source packages, and there is no apt-get here")
    apt = WORK / "apt"
    for folder in ["lists/partial", "cache/archives/partial", "parts"]:
        (apt / folder).mkdir(parents=True, exist_ok=True)
    source_lists(apt / "parts")
    options = [
        "-o", "Dir::Etc::sourcelist=/dev/null", "-o", f"Dir::Etc::sourceparts={apt / 'parts'}",
        "-o", f"Dir::State::lists={apt / 'lists'}", "-o", f"Dir::Cache={apt / 'cache'}",
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": WORK}
    subprocess.run(["apt-get", *options, "update"], **quiet)
    subprocess.run(["apt-get", *options, "source", "--download-only", "redis"], **quiet)
    if not (WORK / ARCHIVE).exists():
        skip(f"{ARCHIVE} is not among the sources that apt knows here (Debian 12 has it)")
    with tarfile.open(WORK / ARCHIVE) as archive:
        archive.extractall(WORK, filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(WORK)
    return tree


def judge(tree, port, units):
    """Runs the suite against a port; returns the verdicts, per unit."""
    command = [
        "./runtest", "--host", "127.0.0.1", "--port", str(port), "--durable", "--clients", "1", "--timeout", "60",
        "--singledb", "--ignore-encoding", "--ignore-digest", "--tags", DENIED,
        "--skipfile", str(pathlib.Path(__file__).parent / "tcl-skip.txt"),
    ]
    for unit in units:
        command += ["--single", unit]
    done = subprocess.run(command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)
    text = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout.decode(errors="replace"))
    verdicts, failures, unit = collections.OrderedDict((unit, [0, 0]) for unit in units), [], None
    waiting = []
    for line in text.splitlines():
        if found := re.match(r"Testing (\S+)", line):
            unit = found.group(1)
        elif line.startswith("[ok]"):
            waiting.append(("ok", line))
        elif re.match(r"\[(err|exception)\]", line):
            waiting.append(("err", line))
        elif found := re.match(r"\[\d+/\d+ done\]: (\S+)", line):
            close(verdicts, failures, waiting, found.group(1))
    if waiting:
        close(verdicts, failures, waiting, unit or units[-1])
    if "All tests passed" not in text and not failures:
        failures.append(f"the suite did not come to its end: {text[-2000:]}")
    # A unit whose tests are all left out by a tag, or whose name is wrong, would look like a success.
    failures += [f"{unit}: nothing of it ran" for unit in units if not sum(verdicts[unit])]
    return verdicts, failures, text


def close(verdicts, failures, waiting, unit):
    verdict = verdicts.setdefault(unit, [0, 0])
    for kind, line in waiting:
        verdict[kind == "err"] += 1
        if kind == "err":
            failures.append(f"{unit}: {line}")
    waiting.clear()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", default=",".join(BACKENDS), help="only these")
    parser.add_argument("--unit", action="append", help="only this unit; may be given several times")
    parser.add_argument("--markdown", type=pathlib.Path, help="writes the counts per unit into this file")
    parser.add_argument("--port", type=int, help="judges what listens there already, redis-server for one")
    parser.add_argument("--debug", action="store_true", help="a build without optimisation")
    arguments = parser.parse_args()
    if not package("tclsh", "tcl"):
        skip("there is no tclsh here (Debian's package tcl)")
    WORK.mkdir(parents=True, exist_ok=True)
    tree, units = suite(), arguments.unit or UNITS
    results, bad = {}, False
    if arguments.port:
        results["port"] = judge(tree, arguments.port, units)
        print("\n".join(results["port"][1]))
    else:
        program = binary("debug" if arguments.debug else "release")
        for backend in arguments.backend.split(","):
            # The server has one thread. The suite takes for granted that of two clients' requests the one that was sent
            # first is done first, without waiting for the reply. Only a server that reads one socket after the other
            # promises that.
            with served(program, backend, "--threads", "1", log=WORK / f"{backend}.log") as (port, _):
                results[backend] = judge(tree, port, units)
            verdicts, failures, text = results[backend]
            (WORK / f"{backend}.tcl.log").write_text(text)
            passed, failed = (sum(counts[n] for counts in verdicts.values()) for n in (0, 1))
            print(f"{backend}: {passed} passed, {failed} failed", flush=True)
            for failure in failures:
                print(f"    {failure}", flush=True)
    for verdicts, failures, _ in results.values():
        bad |= bool(failures)
    table = markdown(units, results)
    print(table)
    if arguments.markdown:
        publish(arguments.markdown, table)
    sys.exit(bad)


def markdown(units, results):
    lines = ["| unit | " + " | ".join(results) + " |", "|---|" + "--:|" * len(results)]

    def cell(counts):
        return f"{counts[0]} of {sum(counts)}"

    for unit in units:
        lines.append(f"| {unit} | " + " | ".join(cell(verdicts.get(unit, [0, 0])) for verdicts, _, _ in results.values()) + " |")
    totals = [[sum(counts[n] for counts in verdicts.values()) for n in (0, 1)] for verdicts, _, _ in results.values()]
    lines.append("| all | " + " | ".join(cell(total) for total in totals) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
