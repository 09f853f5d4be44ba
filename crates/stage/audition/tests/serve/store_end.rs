//! The process of a server whose store has ended.

use rustix::process::Signal;

use crate::served::{Client, Served, get};

const LOST: &str =
    "-UNKNOWN the actor died before it answered; whether the command was applied is unknown\r\n";
const STOPPED: &str = "-STOPPED the backend has stopped; the command was not applied\r\n";

#[test]
fn a_store_that_has_ended_ends_the_process_with_a_failure() {
    for backend in kv_backends::whole() {
        let options = ["--enable-debug-command", "--backend", backend.name, "--restart-limit", "2/3600"];
        let mut served = Served::start(&options);
        let mut client = Client::connect(served.address());
        client.ask("SET k 1", "+OK\r\n");
        for _ in 0..3 {
            client.ask("DEBUG PANIC k", LOST);
        }
        assert_eq!(client.rest(), "", "{}", backend.name);
        let (status, said) = served.end();
        assert_eq!(status.code(), Some(1), "{}: {said}", backend.name);
        let told = said.contains("ERROR") && said.contains("the store has ended here");
        assert!(told && said.contains("--restart-limit"), "{}: {said}", backend.name);
    }
}

#[test]
fn one_that_is_to_refuse_is_seen_to() {
    for backend in kv_backends::whole() {
        let mut served = Served::start(&[
            "--enable-debug-command",
            "--backend",
            backend.name,
            "--on-panic",
            "stop",
            "--on-store-end",
            "refuse",
            "--metrics",
            "127.0.0.1:0",
        ]);
        let mut client = Client::connect(served.address());
        let metrics = served.says("metrics at http://").trim_end_matches("/metrics").to_owned();
        assert!(get(&metrics, "/metrics").1.contains("\naudition_store_up 1\n"));
        client.ask("DEBUG PANIC k", LOST);
        served.says("the store has ended here");
        client.ask("PING", STOPPED);
        client.ask("SET k 1", STOPPED);
        Client::connect(client.address()).ask("PING", STOPPED);
        assert!(get(&metrics, "/metrics").1.contains("\naudition_store_up 0\n"), "{}", backend.name);
        served.signal(Signal::TERM);
        served.ends_well();
    }
}
