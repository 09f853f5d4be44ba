use std::time::Duration;

use super::*;

fn statistics() -> Arc<Statistics> {
    Arc::new(Statistics::new(vec!["get".to_owned(), "config|set".to_owned(), "never".to_owned()]))
}

#[test]
fn a_bucket_ends_with_its_bound() {
    use super::latency::bucket;

    assert_eq!((bucket(0), bucket(1), bucket(1000)), (0, 0, 0));
    for place in 0..BUCKETS {
        if let Some(micros) = upper_bound_micros(place) {
            assert_eq!(bucket(micros * 1000), place);
            assert_eq!(bucket(micros * 1000 + 1), place + 1);
        }
    }
    assert_eq!(bucket(u64::MAX), BUCKETS - 1);
}

#[test]
fn percentiles_are_upper_bounds() {
    let mut latencies = Latencies::default();
    assert_eq!(latencies.percentile(50.0), None);
    latencies.0[0] = 98;
    latencies.0[3] = 1;
    latencies.0[BUCKETS - 1] = 1;
    let shown = [0.0, 50.0, 98.0, 99.0, 99.9, 100.0].map(|percent| latencies.percentile(percent));
    assert_eq!(shown, [1, 1, 1, 8, 1 << 20, 1 << 20].map(Some));
}

#[test]
fn calls_are_added_up_over_the_connections() {
    let statistics = statistics();
    for client in 0..100 {
        let recorder = statistics.recorder(client);
        recorder.executed(0, Duration::from_micros(3), client % 10 == 0);
        recorder.rejected(1);
        recorder.read(10);
        recorder.wrote(20);
        recorder.looked_up((client % 4 == 0).into(), (client % 4 != 0).into());
    }
    let snapshot = statistics.snapshot();
    let [get, config_set] = &snapshot.commands[..] else { panic!("{:?}", snapshot.commands) };
    assert_eq!((get.name, get.calls(), get.nanos, get.failed, get.rejected), ("get", 100, 300_000, 10, 0));
    assert_eq!((config_set.name, config_set.calls(), config_set.rejected), ("config|set", 0, 100));
    assert_eq!((snapshot.calls(), snapshot.read_bytes, snapshot.written_bytes), (100, 1000, 2000));
    assert_eq!((snapshot.hits, snapshot.misses), (25, 75));
}

#[test]
fn errors_are_counted_by_code_and_bounded() {
    let statistics = statistics();
    for code in 0..1000 {
        statistics.error(&format!("E{code}"));
    }
    statistics.error("E0");
    let errors = statistics.snapshot().errors;
    assert!(errors.len() < 100 && errors["E0"] == 2);
}

#[test]
fn a_reset_leaves_nothing() {
    let statistics = statistics();
    let recorder = statistics.recorder(1);
    recorder.executed(0, Duration::from_secs(100), true);
    recorder.error("ERR");
    recorder.looked_up(1, 0);
    statistics.connected();
    statistics.refused();
    statistics.reset(5);
    let snapshot = statistics.snapshot();
    assert!(snapshot.commands.is_empty() && snapshot.errors.is_empty());
    assert_eq!((snapshot.connections, snapshot.rejected_connections, snapshot.hits), (0, 0, 0));
    assert_eq!(snapshot.expired_before, 5);
}

#[test]
fn rates_are_per_second() {
    let statistics = statistics();
    let recorder = statistics.recorder(1);
    let start = Instant::now();
    statistics.sample(start + Duration::from_secs(1));
    for _ in 0..30 {
        recorder.executed(0, Duration::ZERO, false);
        recorder.read(100);
    }
    statistics.sample(start + Duration::from_secs(4));
    let rate = statistics.snapshot().rate;
    assert!((rate.calls - 10.0).abs() < 1e-9 && (rate.read - 1000.0).abs() < 1e-9, "{rate:?}");
}

#[test]
fn threads_lose_no_call() {
    let statistics = statistics();
    thread::scope(|scope| {
        for client in 0..4 {
            let recorder = statistics.recorder(client);
            scope.spawn(move || {
                for _ in 0..10_000 {
                    recorder.executed(0, Duration::from_nanos(7), false);
                }
            });
        }
    });
    let snapshot = statistics.snapshot();
    assert_eq!((snapshot.calls(), snapshot.commands[0].nanos), (40_000, 280_000));
}
