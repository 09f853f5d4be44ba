"""Compares the server with redis-server, both freshly started: commands, settings, and bytes that are no request."""

import argparse
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import locked  # noqa: E402
import raw  # noqa: E402
import settings  # noqa: E402
import syntax  # noqa: E402
from pair import redis  # noqa: E402
from serving import binary, package, served  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--debug", action="store_true", help="judges the unoptimised build")
    parser.add_argument("--binary", type=pathlib.Path, help="judges this program, and builds nothing")
    parser.add_argument("--backend", default="tokio")
    parser.add_argument("--only", help="one command and nothing else, such as config|get")
    parser.add_argument("--show", type=int, default=20, help="how many differences are printed")
    arguments = parser.parse_args()
    reference = package("redis-server", "redis-server")
    if not reference:
        print("differential: no redis-server here (Debian's package redis-server)")
        return
    program = arguments.binary or binary("debug" if arguments.debug else "release")
    differences, began = [], time.monotonic()
    with redis(reference) as (theirs, _), served(program, arguments.backend, "--threads", "2") as (ours, _):
        calls, found = syntax.compare(ours, theirs, arguments.only)
        differences += found
        if not arguments.only:
            values, found = settings.compare(ours, theirs)
            differences += found
            inputs, found = raw.compare(ours, theirs)
            differences += found
            refused, found = locked.compare(ours, theirs)
            differences += found
            print(f"differential: {calls} calls, {refused} without the password, {values} values of settings and {inputs} inputs "
                  f"that are no calls, compared with redis-server in {time.monotonic() - began:.0f} s")
    for difference in differences[:arguments.show]:
        print(difference)
    if differences:
        sys.exit(f"differential: {len(differences)} differences from redis-server")


if __name__ == "__main__":
    main()
