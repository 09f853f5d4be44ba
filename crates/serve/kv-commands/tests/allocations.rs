//! Counts exactly what a request allocates on its way through the server.

use bytes::BytesMut;
use counting_alloc::{CountingAllocator, Counts};
use kv_commands::conversation::{Conversation, Read};
use kv_core::{Config, Timestamp};
use kv_resp::{Decoder, Limits, Protocol, Request};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

const REQUESTS: usize = 1000;
const TIMES: usize = 3;

/// The server's part of a conversation, and requests that have arrived.
struct Way {
    conversation: Conversation,
    decoder: Decoder,
    input: BytesMut,
    output: BytesMut,
}

impl Way {
    fn new(request: &str) -> Self {
        let mut way = Self {
            conversation: Conversation::new(&Config::default(), Timestamp::from_millis(0), Protocol::Resp2),
            decoder: Decoder::new(Limits::default()),
            input: BytesMut::from(request.repeat(TIMES * REQUESTS + 2).as_bytes()),
            output: BytesMut::with_capacity(1 << 20),
        };
        // The first request makes the read buffer a shared one, once for all requests that are in it.
        let first = way.request();
        assert!(way.conversation.read(&first).is_some(), "{request:?} is a command of the store");
        way
    }

    fn request(&mut self) -> Request {
        self.decoder.decode(&mut self.input).expect("sound").expect("whole")
    }

    /// Takes the next request from bytes to what an actor is asked.
    fn read(&mut self) -> Read {
        let request = self.request();
        self.conversation.read(&request).expect("it was one before")
    }
}

/// The allocations of `REQUESTS` rounds: the least of three counts, because the test harness has a thread of its own,
/// which allocates at times that the test cannot choose.
fn allocated(mut round: impl FnMut()) -> Counts {
    let counted = (0..TIMES).map(|_| {
        let before = ALLOCATOR.counts();
        (0..REQUESTS).for_each(|_| round());
        ALLOCATOR.counts() - before
    });
    counted.min_by_key(|counts| counts.allocations).expect("more than no times")
}

/// There is one test only, because the allocator counts for all threads.
#[test]
fn only_what_is_stored_is_copied() {
    let requests = REQUESTS as u64;
    let nothing = Counts { allocations: 0, bytes: 0 };

    let mut get = Way::new("*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n");
    assert_eq!(allocated(|| drop(get.read())), nothing, "reading a GET");

    // A SET of a value of ten bytes under a key of three: each is in memory of its own, and nothing else is allocated.
    let mut set = Way::new("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$10\r\n0123456789\r\n");
    let copies = Counts { allocations: 2 * requests, bytes: 13 * requests };
    assert_eq!(allocated(|| drop(set.read())), copies, "reading a SET");

    let mut get = Way::new("*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n");
    let write = BytesMut::from("SET key 0123456789\r\n");
    assert_eq!(get.conversation.hold(write, Limits::default()).expect("sound"), "+OK\r\n");
    let mut reply = || {
        let read = get.read();
        get.output.clear();
        get.conversation.carry_out(read, &mut get.output);
        assert_eq!(get.output, "$10\r\n0123456789\r\n");
    };
    // `Bytes` allocates a counter of owners, 24 bytes, when a value has its second one: at the first GET.
    reply();
    let replied = allocated(reply);
    assert_eq!(replied, nothing, "a GET from bytes to bytes, the store's part included");
}
