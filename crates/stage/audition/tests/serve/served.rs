//! The binary at work, and clients that send and read bytes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// The longest wait for any step. It is generous, because it bounds hangs and judges no speed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The process of `audition serve` with these options, on a free port unless they give another.
pub(crate) struct Served {
    child: Child,
    lines: Receiver<String>,
    /// The text that the process has written to standard error so far.
    said: String,
}

impl Served {
    pub(crate) fn start(options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_audition"))
            .args(["serve", "--port", "0"])
            .args(options)
            .env_remove("AUDITION_PASSWORD")
            .env_remove("AUDITION_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary was built for this test");
        let stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        let (sender, lines) = channel();
        thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines, said: String::new() }
    }

    /// Waits until the process prints a text with `words` in it, and returns the rest of that line.
    pub(crate) fn says(&mut self, words: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let line = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            let line = line.unwrap_or_else(|error| panic!("not {words:?} but {:?}: {error}", self.said));
            self.said.push_str(&line);
            self.said.push('\n');
            if let Some((_, rest)) = line.split_once(words) {
                return rest.to_owned();
            }
        }
    }

    /// Closes the process's standard error: at its next line, which no receiver takes from the thread that reads it.
    pub(crate) fn stop_listening(&mut self) {
        self.lines = channel().1;
    }

    /// The address at which the process serves, as soon as it does.
    pub(crate) fn address(&mut self) -> SocketAddr {
        self.says("serves at ").parse().expect("an address")
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it is still there, if only as a zombie");
    }

    /// Waits for the process's end; returns its exit status and all that it printed.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.said.push_str(&line);
                    self.said.push('\n');
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it still runs after {PATIENCE:?}: {}", self.said),
            }
        }
        // The process has closed its standard error, so it has ended.
        (self.child.wait().expect("it is our child"), std::mem::take(&mut self.said))
    }

    /// Waits for the process's end, which must be a success.
    pub(crate) fn ends_well(self) {
        let (status, said) = self.end();
        assert!(status.success(), "{status}: {said}");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Fails if the process has ended, as it mostly has.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) struct Client(TcpStream);

impl Client {
    pub(crate) fn connect(mut address: SocketAddr) -> Self {
        // A server that listens on all addresses listens on the loopback one.
        if address.ip().is_unspecified() {
            address.set_ip([127, 0, 0, 1].into());
        }
        let stream = TcpStream::connect_timeout(&address, PATIENCE).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout that is not zero");
        Self(stream)
    }

    /// The address of the server.
    pub(crate) fn address(&self) -> SocketAddr {
        self.0.peer_addr().expect("it is connected")
    }

    pub(crate) fn send(&mut self, bytes: &str) {
        self.0.write_all(bytes.as_bytes()).expect("the connection is open");
    }

    /// Reads as many bytes as are expected, and checks that they are these.
    pub(crate) fn expect(&mut self, expected: &str) {
        let mut got = vec![0; expected.len()];
        let read = self.0.read_exact(&mut got);
        assert!(read.is_ok() && got == expected.as_bytes(), "{}: {read:?}", String::from_utf8_lossy(&got));
    }

    pub(crate) fn ask(&mut self, line: &str, expected: &str) {
        self.send(&format!("{line}\r\n"));
        self.expect(expected);
    }

    /// Reads until the server hangs up.
    pub(crate) fn rest(&mut self) -> String {
        let mut got = Vec::new();
        let read = self.0.read_to_end(&mut got);
        assert!(read.is_ok(), "the server has not hung up: {read:?}");
        String::from_utf8_lossy(&got).into_owned()
    }

    /// Sends these commands, and returns while they are in flight: the server has read them all and has answered none.
    ///
    /// A long reply comes first, and the server sends it before it goes on with the commands that it has read.
    pub(crate) fn commands_in_flight(&mut self, commands: &str) {
        let long = "x".repeat(2 << 20);
        let length = long.len();
        self.send(&format!("*3\r\n$3\r\nSET\r\n$4\r\nlong\r\n${length}\r\n{long}\r\n"));
        self.expect("+OK\r\n");
        self.send(&format!("GET long\r\n{commands}"));
        self.expect(&format!("${length}\r\n{long}\r\n"));
    }
}

/// The answer of the metrics' server for a path: its head and its body.
pub(crate) fn get(address: &str, path: &str) -> (String, String) {
    let mut stream = Client::connect(address.parse().expect("an address"));
    stream.send(&format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n"));
    let answer = stream.rest();
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    (head.to_owned(), body.to_owned())
}
