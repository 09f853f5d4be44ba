// A program written with ioredis: judges/clients/run starts it with a port.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(`${process.argv[3]}/`);
const Redis = require("ioredis");
const options = { port: Number(process.argv[2]), maxRetriesPerRequest: 0, retryStrategy: null, commandTimeout: 10_000 };
const redis = new Redis(options);

const scenes = {
  async strings() {
    await redis.flushall();
    assert.equal(await redis.set("foo", "bar", "EX", 100), "OK");
    assert.equal(await redis.get("foo"), "bar");
    assert.equal(await redis.set("foo", "baz", "NX"), null);
    assert.equal(await redis.getset("foo", "baz"), "bar");
    assert.equal(await redis.incrby("n", 42), 42);
    assert.deepEqual(await redis.mget("foo", "missing"), ["baz", null]);
    const binary = Buffer.from([0, 255, 13, 10, 36]);
    await redis.set(binary, binary);
    assert.deepEqual(await redis.getBuffer(binary), binary);
  },

  async pipelines() {
    const pipeline = redis.pipeline();
    for (let n = 0; n < 1000; n += 1) pipeline.set(`p${n}`, n).get(`p${n}`);
    const replies = await pipeline.exec();
    replies.forEach(([error, reply], n) => {
      assert.equal(error, null);
      assert.equal(reply, n % 2 ? String((n - 1) / 2) : "OK");
    });
  },

  async automaticPipelining() {
    const client = new Redis({ ...options, enableAutoPipelining: true });
    const sums = await Promise.all(Array.from({ length: 500 }, () => client.incr("auto")));
    assert.deepEqual(sums, Array.from({ length: 500 }, (_, n) => n + 1));
    client.disconnect();
  },

  async transactions() {
    const replies = await redis.multi().set("t", 1).incr("t").get("t").exec();
    assert.deepEqual(replies, [[null, "OK"], [null, 2], [null, "2"]]);
    await redis.watch("t");
    await redis.incr("t");
    assert.equal(await redis.multi().set("t", "lost").exec(), null);
    assert.equal(await redis.get("t"), "3");
  },

  async publishing() {
    const subscriber = new Redis(options);
    const heard = new Promise((done) => subscriber.on("message", (channel, text) => done([channel, text])));
    await subscriber.subscribe("news");
    assert.equal(await redis.publish("news", "hello"), 1);
    assert.deepEqual(await heard, ["news", "hello"]);
    subscriber.disconnect();
  },

  async scanning() {
    await redis.flushall();
    await redis.mset(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`s:${n}`, n])));
    const seen = new Set();
    for await (const keys of redis.scanStream({ match: "s:*", count: 50 })) keys.forEach((key) => seen.add(key));
    assert.equal(seen.size, 300);
  },

  async errors() {
    await redis.set("word", "x");
    await assert.rejects(redis.incr("word"), /not an integer/);
    await assert.rejects(redis.call("NOSUCH"), /unknown command/);
    assert.equal(await redis.get("word"), "x");
  },
};

for (const scene of Object.values(scenes)) await scene();
redis.disconnect();
console.log(`ioredis ${require("ioredis/package.json").version}: ${Object.keys(scenes).length} scenes`);
