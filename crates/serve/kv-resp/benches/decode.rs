//! The cost of reading a request, beside two published crates on the same bytes.
//!
//! Copying the bytes into the read buffer is part of every row, because a socket does so as well. Each of the other
//! crates is called in its way that copies no values.

use std::hint::black_box;
use std::time::Duration;

use bytes::BytesMut;
use criterion::{Criterion, Throughput};
use kv_resp::reply::encode_request;
use kv_resp::{Decoder, Limits};

/// The most bytes that one read takes off a socket.
const READ_BYTES: usize = 16 * 1024;

struct Workload {
    name: &'static str,
    wire: BytesMut,
    requests: usize,
    read_bytes: usize,
}

impl Workload {
    fn pipeline(name: &'static str, args: &[&[u8]], requests: usize) -> Self {
        let mut wire = BytesMut::new();
        for _ in 0..requests {
            encode_request(&mut wire, args);
        }
        Self { name, read_bytes: wire.len(), wire, requests }
    }

    /// A request of 20,001 arguments, in reads of 16 KiB.
    fn trickle() -> Self {
        let args = (0..20_000).map(|index: u32| format!("argument:{index}"));
        let mut wire = BytesMut::new();
        encode_request(&mut wire, ["MSET".to_owned()].into_iter().chain(args));
        Self { name: "MSET of 20,001, trickled", wire, requests: 1, read_bytes: READ_BYTES }
    }

    /// Reads all bytes into `buffer`, as a connection would; `decode` takes off the requests that have arrived whole
    /// and returns how many there were.
    fn play(&self, buffer: &mut BytesMut, mut decode: impl FnMut(&mut BytesMut) -> usize) {
        let mut requests = 0;
        for read in self.wire.chunks(self.read_bytes) {
            buffer.extend_from_slice(read);
            requests += decode(buffer);
        }
        assert_eq!(requests, self.requests);
    }
}

fn kv_resp(workload: &Workload) -> impl FnMut() {
    let mut decoder = Decoder::new(Limits::default());
    let mut buffer = BytesMut::new();
    move || {
        workload.play(&mut buffer, |buffer| {
            let mut requests = 0;
            while let Some(request) = decoder.decode(buffer).expect("a request") {
                for arg in request.args() {
                    black_box(arg);
                }
                requests += 1;
            }
            requests
        });
    }
}

fn resp_rs(workload: &Workload) -> impl FnMut() {
    use resp_rs::resp2::{Frame, Parser};

    let mut parser = Parser::new();
    let mut buffer = BytesMut::new();
    move || {
        workload.play(&mut buffer, |buffer| {
            parser.feed(buffer.split().freeze());
            let mut requests = 0;
            while let Some(frame) = parser.next_frame().expect("a request") {
                let Frame::Array(Some(args)) = frame else { unreachable!("requests are arrays") };
                for arg in &args {
                    black_box(arg);
                }
                requests += 1;
            }
            requests
        });
    }
}

fn redis_protocol(workload: &Workload) -> impl FnMut() {
    use redis_protocol::resp2::decode::decode_range;
    use redis_protocol::resp2::types::RangeFrame;

    let mut buffer = BytesMut::new();
    move || {
        workload.play(&mut buffer, |buffer| {
            let mut requests = 0;
            while let Some((frame, len)) = decode_range(buffer).expect("a request") {
                let bytes = buffer.split_to(len).freeze();
                let RangeFrame::Array(args) = frame else { unreachable!("requests are arrays") };
                for arg in &args {
                    let RangeFrame::BulkString((start, end)) = arg else { unreachable!("of strings") };
                    black_box(&bytes[*start..*end]);
                }
                requests += 1;
            }
            requests
        });
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .configure_from_args();
    let key: &[u8] = b"key:000000012345";
    for workload in [
        Workload::pipeline("GET x16", &[b"GET", key], 16),
        Workload::pipeline("SET of 64 x16", &[b"SET", key, &[b'x'; 64]], 16),
        Workload::pipeline("SET of 64 x1", &[b"SET", key, &[b'x'; 64]], 1),
        Workload::pipeline("SET of 4096 x16", &[b"SET", key, &[b'x'; 4096]], 16),
        Workload::trickle(),
    ] {
        let mut group = criterion.benchmark_group(workload.name);
        group.throughput(Throughput::Elements(workload.requests as u64));
        group.bench_function("kv-resp", |bencher| bencher.iter(kv_resp(&workload)));
        group.bench_function("resp-rs", |bencher| bencher.iter(resp_rs(&workload)));
        group.bench_function("redis-protocol", |bencher| bencher.iter(redis_protocol(&workload)));
        group.finish();
    }
    criterion.final_summary();
}
