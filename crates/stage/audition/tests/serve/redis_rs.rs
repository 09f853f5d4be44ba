//! The server and redis-rs, the library with which a Rust program would talk to it.

use redis::{Commands, Value, cmd, pipe};

use crate::served::{PATIENCE, Served};

fn connected(served: &mut Served, protocol: &str) -> redis::Connection {
    let client = redis::Client::open(format!("redis://{}/?protocol={protocol}", served.address()));
    let connection = client.expect("a URL").get_connection_with_timeout(PATIENCE).expect("it serves");
    connection.set_read_timeout(Some(PATIENCE)).expect("a timeout that is not zero");
    connection
}

#[test]
fn redis_rs_talks_to_every_backend() {
    for kv_backends::Description { name: backend, .. } in kv_backends::whole() {
        for protocol in ["resp2", "resp3"] {
            let mut served = Served::start(&["--backend", backend, "--enable-debug-command"]);
            let mut redis = connected(&mut served, protocol);
            let said = plays(&mut redis);
            assert_eq!(said, Ok(()), "{backend} in {protocol}");
            drop(redis);
            served.signal(rustix::process::Signal::TERM);
            served.ends_well();
        }
    }
}

fn plays(redis: &mut redis::Connection) -> redis::RedisResult<()> {
    // The values are of all kinds.
    let () = redis.set("key", &b"\0 binary \r\n"[..])?;
    assert_eq!(redis.get::<_, Vec<u8>>("key")?, b"\0 binary \r\n");
    assert_eq!(redis.get::<_, Option<String>>("missing")?, None);
    assert_eq!(redis.incr::<_, _, i64>("count", 41)?, 41);
    assert_eq!(redis.incr::<_, _, f64>("fraction", 0.5)?, 0.5);
    assert_eq!(redis.mget::<_, Vec<Option<String>>>(&["count", "missing"])?, [Some("41".to_owned()), None]);
    let () = redis.set_ex("fleeting", "v", 100)?;
    let left: i64 = redis.ttl("fleeting")?;
    assert!((1..=100).contains(&left), "{left}");
    // A pipeline has many commands at once, answered in order.
    let mut pipeline = pipe();
    (0..1000).for_each(|n| {
        pipeline.set(format!("many:{n}"), n).ignore().get(format!("many:{n}"));
    });
    let got: Vec<i64> = pipeline.query(redis)?;
    assert!(got.into_iter().eq(0..1000));
    let keys = redis
        .scan_match::<_, String>("many:*")?
        .collect::<redis::RedisResult<std::collections::HashSet<_>>>()?;
    assert_eq!(keys.len(), 1000);
    // A transaction is done as a whole or not at all.
    let (before, after): (i64, i64) = redis::transaction(redis, &["count"], |redis, pipe| {
        pipe.incr("count", 1).incr("count", 1).query(redis)
    })?;
    assert_eq!((before, after), (42, 43));
    // An actor panics, and the connection works afterwards.
    let error = cmd("DEBUG").arg("PANIC").query::<Value>(redis).expect_err("a panic has no reply");
    assert!(!error.is_connection_dropped(), "{error}");
    let () = redis.set("key", "again")?;
    assert_eq!(redis.get::<_, String>("key")?, "again");
    Ok(())
}

#[test]
fn redis_rs_hears_what_is_published() {
    let mut served = Served::start(&[]);
    let address = served.address();
    let client = redis::Client::open(format!("redis://{address}")).expect("a URL");
    let connect = || client.get_connection_with_timeout(PATIENCE).expect("it serves");
    let (mut listener, mut speaker) = (connect(), connect());
    listener.set_read_timeout(Some(PATIENCE)).expect("a timeout that is not zero");
    let mut listening = listener.as_pubsub();
    listening.subscribe("news").expect("it listens");
    listening.psubscribe("n*").expect("it listens");
    let heard: i64 = speaker.publish("news", "hello").expect("it is published");
    assert_eq!(heard, 2);
    for pattern in [None, Some("n*".to_owned())] {
        let message = listening.get_message().expect("it comes");
        let text: String = message.get_payload().expect("text");
        assert_eq!((message.get_channel_name(), text.as_str()), ("news", "hello"));
        assert_eq!(message.get_pattern::<Option<String>>().expect("text or nothing"), pattern);
    }
}
