//! The ways in which the server's process ends.

use rustix::process::Signal;

use crate::served::{Client, Served};

#[test]
fn a_signal_ends_it_when_what_it_has_read_is_answered() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut served = Served::start(&["--enable-debug-command"]);
        let address = served.address();
        let (mut busy, mut idle) = (Client::connect(address), Client::connect(address));
        idle.ask("PING", "+PONG\r\n");
        busy.commands_in_flight("DEBUG SLEEP 0.2\r\nSET a 1\r\nGET a\r\n");
        served.signal(signal);
        busy.expect("+OK\r\n+OK\r\n$1\r\n1\r\n");
        assert_eq!(busy.rest(), "");
        assert_eq!(idle.rest(), "");
        served.ends_well();
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    // With one thread, no other task can run while the actor sleeps.
    for threads in ["1", "2"] {
        for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
            let mut served = Served::start(&[
                "--enable-debug-command",
                "--threads",
                threads,
                "--shutdown-deadline",
                "3600",
            ]);
            let mut client = Client::connect(served.address());
            client.commands_in_flight("DEBUG SLEEP 60\r\n");
            served.signal(Signal::TERM);
            served.says("a second signal ends it at once");
            served.signal(signal);
            let (status, said) = served.end();
            assert_eq!(status.code(), Some(code), "{said}");
        }
    }
}

#[test]
fn an_actor_that_blocks_does_not_hold_up_the_end_for_ever() {
    let mut runs = Vec::new();
    for backend in kv_backends::whole() {
        for threads in ["1", "2"] {
            let mut served = Served::start(&[
                "--enable-debug-command",
                "--backend",
                backend.name,
                "--threads",
                threads,
                "--shutdown-deadline",
                "1",
            ]);
            let mut client = Client::connect(served.address());
            client.commands_in_flight("DEBUG SLEEP 60\r\n");
            served.signal(Signal::TERM);
            runs.push((backend.name, threads, served, client));
        }
    }
    // All of the servers wait at the same time.
    for (backend, threads, served, _client) in runs {
        let (status, said) = served.end();
        assert_eq!(status.code(), Some(1), "{backend} on {threads} threads: {said}");
        let told = said.contains("what was not done by then is lost") || said.contains("ended by force");
        assert!(told, "{backend} on {threads} threads: {said}");
    }
}

#[test]
fn a_client_can_end_it() {
    let mut served = Served::start(&[]);
    let mut client = Client::connect(served.address());
    client.ask("SET a 1", "+OK\r\n");
    client.send("SHUTDOWN NOSAVE\r\n");
    assert_eq!(client.rest(), "");
    served.ends_well();
}

#[test]
fn a_log_in_a_file_has_no_colours() {
    let mut served = Served::start(&[]);
    served.address();
    served.signal(Signal::TERM);
    let (status, said) = served.end();
    assert!(status.success() && said.contains("INFO") && !said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn patience_without_end_is_patience() {
    let longest = u64::MAX.to_string();
    let mut served = Served::start(&["--shutdown-deadline", &longest]);
    let mut client = Client::connect(served.address());
    client.ask("PING", "+PONG\r\n");
    served.signal(Signal::TERM);
    assert_eq!(client.rest(), "");
    served.ends_well();
}
