#!/usr/bin/env python3
"""Crowds and bad manners: ten thousand clients that send nothing, five hundred that never pause, and some that are killed in
the middle of a request.

    judges/crowd.py [--backend tokio] [--idle 10000] [--busy 500] [--seconds 10]

Every reply to the busy clients is checked. In the end only the client that counts is left, and the judge prints how many bytes
each idle client has cost the server.
"""

import argparse
import asyncio
import contextlib
import pathlib
import resource
import socket
import subprocess
import sys
import time

from serving import BACKENDS, binary, publish, served, skip, stages

HALF_A_REQUEST = """
import os, socket, sys, time
sockets = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(50)]
for s in sockets: s.sendall(b"*3\\r\\n$3\\r\\nSET\\r\\n$4\\r\\nhalf\\r\\n$1000000\\r\\n" + b"x" * 1000)
print("ready", flush=True)
time.sleep(600)
"""


def resident(pid):
    """The bytes of memory that a process holds."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def ask(port, *words):
    """Sends one request on a connection of its own; returns the reply as it comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(request(*words))
        reply = b""

        def more():
            got = client.recv(1 << 20)
            if not got:
                raise SystemExit(f"the connection ended in the middle of the reply to {words}: {reply[:100]}")
            return got

        while b"\r\n" not in reply:
            reply += more()
        head = reply.index(b"\r\n")
        if reply.startswith(b"$") and not reply.startswith(b"$-1"):
            while len(reply) < head + int(reply[1:head]) + 4:
                reply += more()
        return reply


def request(*words):
    encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded)


async def busy(port, number, until):
    """A client that sets and gets its own key in pipelines; returns how many commands were answered rightly."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key, done = f"busy:{number}", 0
    while time.monotonic() < until:
        values = [f"{number}:{done + n}".encode() for n in range(8)]
        writer.write(b"".join(request("SET", key, value) + request("GET", key) for value in values))
        for value in values:
            expected = b"+OK\r\n$%d\r\n%s\r\n" % (len(value), value)
            got = await reader.readexactly(len(expected))
            if got != expected:
                raise SystemExit(f"client {number} wanted {expected} and got {got}")
        done += 16
    writer.close()
    return done


async def crowd(port, pid, arguments):
    before = resident(pid)
    idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(arguments.idle)]
    # The server accepts clients in their order: when the last one is answered, all are connected.
    for reader, writer in idle[-1:]:
        writer.write(b"PING\r\n")
        assert await reader.readexactly(7) == b"+PONG\r\n"
    each = (resident(pid) - before) / arguments.idle if arguments.idle else 0
    rude = []
    try:
        for _ in range(4):
            command = [sys.executable, "-c", HALF_A_REQUEST, str(port)]
            rude.append(await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE))
        for process in rude:
            assert await process.stdout.readline() == b"ready\n"
        until = time.monotonic() + arguments.seconds
        clients = [asyncio.create_task(busy(port, number, until)) for number in range(arguments.busy)]
        await asyncio.sleep(0)
        for process in rude:
            process.kill()
            await process.wait()
        done = sum(await asyncio.gather(*clients))
    finally:
        # These processes sleep for minutes, and have to be ended here if something went wrong.
        for process in rude:
            with contextlib.suppress(ProcessLookupError):
                if process.returncode is None:
                    process.kill()
            await process.wait()
    # The idle clients are still connected, and still served.
    for reader, writer in idle[:: max(1, len(idle) // 100)]:
        writer.write(b"PING\r\n")
        assert await reader.readexactly(7) == b"+PONG\r\n"
    for _, writer in idle:
        writer.close()
    return done, each


def crowded(name, port, pid, arguments):
    """The crowd, with a limit on its time: it must not wait without end for a reply that never comes."""
    limit = arguments.seconds + 120

    async def limited():
        return await asyncio.wait_for(crowd(port, pid, arguments), limit)

    try:
        return asyncio.run(limited())
    except asyncio.TimeoutError:
        raise SystemExit(f"{backend}: after {limit:g} s there are still clients that wait for a reply") from None


def connected(port):
    text = ask(port, "INFO", "clients").decode()
    return int(text.split("connected_clients:")[1].split("\r\n")[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", default=",".join(BACKENDS))
    parser.add_argument("--topology", default="single", help="one or more")
    # Races need more than one thread, on small machines as well.
    parser.add_argument("--threads", default="2")
    parser.add_argument("--idle", type=int, default=10_000)
    parser.add_argument("--busy", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--markdown", type=pathlib.Path, help="writes the figures into this file")
    parser.add_argument("--debug", action="store_true", help="a build without optimisation")
    arguments = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    room = hard - 1000
    if arguments.idle + arguments.busy > room:
        if room < arguments.busy + 1:
            skip(f"{arguments.busy} busy clients and an idle one are too many, for this system allows {hard} open files")
        print(f"crowd: {room} clients instead of {arguments.idle + arguments.busy}, for this system allows {hard} open files")
        arguments.idle = room - arguments.busy
    lines = ["| | replies to the busy ones | memory of an idle one, KiB |", "|---|--:|--:|"]
    program = binary("debug" if arguments.debug else "release")
    for backend, topology, name in stages(arguments.backend, arguments.topology):
        options = ["--topology", topology, "--threads", arguments.threads, "--maxclients", str(arguments.idle + arguments.busy + 500)]
        with served(program, backend, *options) as (port, process):
            done, each = crowded(name, port, process.pid, arguments)
            deadline = time.monotonic() + 30
            while (left := connected(port)) > 1:
                if time.monotonic() > deadline:
                    raise SystemExit(f"{name}: {left - 1} clients have gone, and the server still counts them")
            assert ask(port, "GET", "half") == b"$-1\r\n", "half a request was carried out"
            print(f"{name}: {arguments.idle} idle clients at {each / 1024:.1f} KiB each, {arguments.busy} busy ones with "
                  f"{done} replies, all right; 200 killed in the middle of a request; no client left", flush=True)
            lines.append(f"| {name} | {done:,} | {each / 1024:.1f} |")
    if arguments.markdown:
        publish(arguments.markdown, "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
