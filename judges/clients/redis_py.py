#!/usr/bin/env python3
"""A program written with redis-py, in both protocols: judges/clients/run starts it with a port."""

import sys
import threading

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def strings(r):
    r.flushall()
    assert r.set("foo", "bar") is True
    assert r.get("foo") == b"bar"
    assert r.get("missing") is None
    assert r.set("foo", "baz", nx=True) is None
    assert r.set("foo", "baz", xx=True, get=True) == b"bar"
    assert r.setrange("foo", 1, "oo") == 3 and r.getrange("foo", 0, -1) == b"boo"
    assert r.append("foo", "!") == 4 and r.strlen("foo") == 4
    assert r.getdel("foo") == b"boo!" and r.exists("foo") == 0
    assert r.incr("n") == 1 and r.incrby("n", 41) == 42 and r.decr("n") == 41
    assert r.incrbyfloat("f", 1.5) == 1.5
    assert r.mset({"a": 1, "b": 2}) is True and r.mget("a", "b", "c") == [b"1", b"2", None]
    assert r.msetnx({"a": 3, "z": 4}) is False and r.exists("z") == 0
    assert r.lcs("a", "b") in (b"", "")
    binary = bytes(range(256)) * 40
    assert r.set(binary, binary) and r.get(binary) == binary


def expiry(r):
    r.flushall()
    assert r.set("k", "v", ex=100) and 0 < r.ttl("k") <= 100
    assert r.persist("k") is True and r.ttl("k") == -1 and r.ttl("missing") == -2
    assert r.expire("k", 10, nx=True) is True and r.expire("k", 20, nx=True) is False
    assert r.expire("k", 20, gt=True) is True and r.expiretime("k") > 0
    assert r.getex("k", persist=True) == b"v" and r.pttl("k") == -1


def keyspace(r):
    r.flushall()
    for n in range(1000):
        r.set(f"key:{n}", n)
    assert r.dbsize() == 1000
    assert sorted(r.scan_iter("key:1?")) == sorted(f"key:{n}".encode() for n in range(10, 20))
    assert len(r.keys("*")) == 1000 and r.randomkey().startswith(b"key:")
    assert r.rename("key:1", "renamed") is True and r.get("renamed") == b"1"
    assert r.copy("renamed", "copy") and r.type("copy") == b"string"
    assert r.delete("copy", "renamed", "missing") == 2 and r.unlink("key:2") == 1 and r.touch("key:3") == 1


def pipelines(r):
    r.flushall()
    with r.pipeline(transaction=False) as pipe:
        for n in range(500):
            pipe.set(f"p{n}", n).get(f"p{n}")
        replies = pipe.execute()
    assert replies[0::2] == [True] * 500 and replies[1::2] == [str(n).encode() for n in range(500)]


def transactions(r):
    r.set("counter", 0)

    def add(pipe):
        value = int(pipe.get("counter"))
        pipe.multi()
        pipe.set("counter", value + 1)

    def many():
        for _ in range(25):
            r.transaction(add, "counter")

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert r.get("counter") == b"200", r.get("counter")


def publishing(r):
    p = r.pubsub()
    p.subscribe("channel")
    p.psubscribe("chan*")
    kinds = [p.get_message(timeout=5)["type"] for _ in range(2)]
    assert kinds == ["subscribe", "psubscribe"], kinds
    assert r.publish("channel", "hello") == 2
    got = sorted(p.get_message(timeout=5)["type"] for _ in range(2))
    assert got == ["message", "pmessage"], got
    p.close()


def server(r):
    assert r.info()["redis_version"] == "7.0.15"
    assert r.client_setname("judge") is True and r.client_getname() in (b"judge", "judge")
    assert any(client["name"] == "judge" for client in r.client_list())
    assert r.config_get("maxclients")["maxclients"] == "10000"
    assert r.command_count() > 50 and r.ping() is True and r.echo("x") == b"x" and r.time()[0] > 0


def errors(r):
    r.set("word", "x")
    for call, said in [
        (lambda: r.incr("word"), "not an integer"),
        (lambda: r.execute_command("NOSUCH"), "unknown command"),
        (lambda: r.execute_command("GET"), "wrong number of arguments"),
    ]:
        try:
            call()
        except redis.ResponseError as error:
            assert said in str(error), error
        else:
            raise AssertionError(f"no error, wanted: {said}")
    assert r.get("word") == b"x"


SCENES = [strings, expiry, keyspace, pipelines, transactions, publishing, server, errors]

for protocol in (2, 3):
    client = redis.Redis(port=int(sys.argv[1]), protocol=protocol, retry=Retry(NoBackoff(), 0), socket_timeout=10)
    for scene in SCENES:
        scene(client)
    client.close()
print(f"redis-py {redis.__version__}: {len(SCENES)} scenes in both protocols")
