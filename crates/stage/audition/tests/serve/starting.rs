//! The command lines that `serve` accepts, and those that it refuses.

use std::net::TcpListener;
use std::process::Command;

use kv_backends::Visitor;
use kv_core::{Backend, Config, Handle, Mailbox};
use rustix::process::Signal;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use crate::served::{Client, Served, get};

#[test]
fn it_listens_for_others_only_with_a_password() {
    for password in [&[][..], &["--requirepass", ""]] {
        let (status, said) = Served::start(&[&["--bind", "0.0.0.0"], password].concat()).end();
        assert_eq!(status.code(), Some(1), "{said}");
        let lines: Vec<_> = said.lines().collect();
        assert!(matches!(lines[..], [line] if line.starts_with("audition: refusing to listen on 0.0.0.0:0")));
        assert!(said.contains("--requirepass"), "{said}");
    }
    let mut served = Served::start(&["--bind", "0.0.0.0", "--requirepass", "secret"]);
    let mut client = Client::connect(served.address());
    client.ask("GET a", "-NOAUTH Authentication required.\r\n");
    client.ask("AUTH secret", "+OK\r\n");
    client.ask("GET a", "$-1\r\n");
    served.signal(Signal::TERM);
    served.ends_well();
}

#[test]
fn a_backend_that_restarts_no_actor_is_served_without_a_word_about_panics() {
    let mut served = Served::start(&["--backend", "tokio-first"]);
    let mut client = Client::connect(served.address());
    client.ask("SET a 1", "+OK\r\n");
    served.signal(Signal::TERM);
    served.ends_well();
    let (status, said) = Served::start(&["--backend", "tokio-first", "--on-panic", "restart"]).end();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("tokio-first cannot do OnPanic::Restart"), "{said}");
}

#[test]
fn its_metrics_ask_for_no_password_and_are_not_for_others() {
    for more in [&[][..], &["--requirepass", "secret"]] {
        let (status, said) = Served::start(&[&["--metrics", "0.0.0.0:0"], more].concat()).end();
        assert_eq!(status.code(), Some(1), "{said}");
        assert!(said.contains("refusing to show metrics on 0.0.0.0:0"), "{said}");
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it listens").to_string();
    let port = address.rsplit(':').next().unwrap_or_default();
    let arguments = ["serve", "--port", port];
    let output = Command::new(env!("CARGO_BIN_EXE_audition")).args(arguments).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with(&format!("audition: cannot listen on {address}: ")), "{said}");
    let (status, said) = Served::start(&["--metrics", &address]).end();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.starts_with(&format!("audition: cannot listen on {address}: ")), "{said}");
}

#[cfg(not(feature = "tls"))]
#[test]
fn without_encryption_a_certificate_is_refused() {
    let (status, said) = Served::start(&["--tls-cert", "a.pem", "--tls-key", "b.pem"]).end();
    assert_eq!(status.code(), Some(1), "{said}");
    assert_eq!(said, "audition: this binary speaks no TLS: build it with `--features tls`\n");
    // A certificate without its key is a wrong command line, and a key without its certificate as well.
    let (status, said) = Served::start(&["--tls-cert", "a.pem"]).end();
    assert_eq!(status.code(), Some(2), "{said}");
}

#[test]
fn what_it_counts_can_be_scraped() {
    let mut served = Served::start(&["--metrics", "127.0.0.1:0"]);
    let mut client = Client::connect(served.address());
    let url = served.says("metrics at http://");
    let metrics = url.strip_suffix("/metrics").expect("the address has a path");
    client.ask("SET a 1", "+OK\r\n");
    client.ask("GET a", "$1\r\n1\r\n");
    client.ask("GET b", "$-1\r\n");
    let (head, body) = get(metrics, "/metrics");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let samples: Vec<(&str, f64)> = body.lines().filter(|line| !line.starts_with('#')).map(sample).collect();
    for expected in [
        ("audition_command_duration_seconds_count{command=\"get\"}", 2.0),
        ("audition_command_duration_seconds_count{command=\"set\"}", 1.0),
        ("audition_connected_clients", 1.0),
        ("audition_keys", 1.0),
        ("audition_lookup_hits_total", 1.0),
        ("audition_lookup_misses_total", 1.0),
    ] {
        assert!(samples.contains(&expected), "{expected:?} is not in\n{body}");
    }
    assert!(get(metrics, "/").0.starts_with("HTTP/1.1 404 "));
    assert!(get(metrics, "/metrics/more").0.starts_with("HTTP/1.1 404 "));
    served.signal(Signal::TERM);
    served.ends_well();
}

/// Asks a backend in this process whether it knows how many messages wait.
struct TellsItsDepth(Mailbox);

impl Visitor for TellsItsDepth {
    type Output = bool;

    fn visit<B: Backend>(self) -> bool {
        let runtime = Builder::new_current_thread().enable_all().build().expect("it is built");
        LocalSet::new().block_on(&runtime, async {
            let config = Config { mailbox: self.0, ..Config::default() };
            let backend = B::start(config).await.expect("it starts");
            let tells = backend.handle().queued().is_some();
            backend.shutdown().await;
            tells
        })
    }
}

#[test]
fn who_can_tell_how_much_waits_does() {
    for (options, mailbox) in
        [(&[][..], Mailbox::Bounded(1024)), (&["--mailbox", "unbounded"], Mailbox::Unbounded)]
    {
        for backend in kv_backends::whole() {
            let metrics = ["--backend", backend.name, "--metrics", "127.0.0.1:0"];
            let mut served = Served::start(&[&metrics, options].concat());
            let url = served.says("metrics at http://");
            let (_, body) = get(url.strip_suffix("/metrics").expect("the address has a path"), "/metrics");
            let told = body.lines().any(|line| line == "audition_mailbox_depth 0");
            let tells = kv_backends::with(backend.name, TellsItsDepth(mailbox)).expect("the list names it");
            assert_eq!(told, tells, "{} {options:?}: {body}", backend.name);
            assert_eq!(body.contains("mailbox_depth"), told, "{} {options:?}: {body}", backend.name);
        }
    }
}

/// The sample of a line that is no comment: a name with or without labels, and a number.
fn sample(line: &str) -> (&str, f64) {
    let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}"));
    (name, value.parse().unwrap_or_else(|_| panic!("no number: {line}")))
}

#[test]
fn it_serves_on_when_nobody_reads_its_log() {
    let mut served = Served::start(&[]);
    let address = served.address();
    // `audition serve 2>&1 | head -1` closes standard error in the same way.
    served.stop_listening();
    for _ in 0..3 {
        let mut client = Client::connect(address);
        // This request causes a line in the log.
        client.send("*nonsense\r\n");
        assert_eq!(client.rest(), "-ERR Protocol error: invalid multibulk length\r\n");
    }
    let mut client = Client::connect(address);
    client.ask("PING", "+PONG\r\n");
    served.signal(Signal::TERM);
    assert_eq!(client.rest(), "");
    served.ends_well();
}
