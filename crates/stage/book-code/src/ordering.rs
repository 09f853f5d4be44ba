//! The order of messages: its limits, and how an actor notices a missing message.

use std::collections::HashMap;
use std::hash::Hash;

// ANCHOR: numbered
/// The kinds of messages, as their numbers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The message is the next one.
    Next,
    /// The message was here before: a sender sends a message again if it does not know whether the first one arrived.
    Again,
    /// Some earlier messages are missing: they are lost, or on a slower way.
    Early,
}

/// The last numbers of all senders, each of which numbers its messages from 1 on.
#[derive(Debug)]
pub struct Numbered<S>(HashMap<S, u64>);

impl<S: Eq + Hash> Numbered<S> {
    /// Records an arrival. The actor calls it first in its handler, and acts only on a message that is
    /// [`Arrival::Next`].
    pub fn arrive(&mut self, sender: S, number: u64) -> Arrival {
        let last = self.0.entry(sender).or_default();
        match number {
            number if number <= *last => Arrival::Again,
            number if number == *last + 1 => {
                *last = number;
                Arrival::Next
            }
            _ => Arrival::Early,
        }
    }
}
// ANCHOR_END: numbered

impl<S> Default for Numbered<S> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use kv_core::{
        Backend, Command, Config, Debug, Handle, Key, KvError, Reply, Set, TestGate, Topology, place,
    };
    use kv_tokio::Tokio;
    use tokio::sync::mpsc;
    use tokio::task::{JoinHandle, unconstrained};

    use super::*;

    #[test]
    fn each_sender_counts_for_itself() {
        let mut numbered = Numbered::default();
        assert_eq!(numbered.arrive("a", 1), Arrival::Next);
        assert_eq!(numbered.arrive("b", 2), Arrival::Early);
        assert_eq!(numbered.arrive("b", 1), Arrival::Next);
        assert_eq!(numbered.arrive("a", 1), Arrival::Again);
        assert_eq!(numbered.arrive("b", 2), Arrival::Next);
    }

    /// A key on the first of two shards, and one on the second.
    fn key_of_each() -> [Key; 2] {
        let key_of = |shard| {
            let mut keys = (0..).map(|n| Key::from(format!("key:{n}")));
            keys.find(|key| place(key, 2) == shard).expect("keys never run out")
        };
        [key_of(0), key_of(1)]
    }

    fn set(key: &Key) -> Command {
        Command::Set(Set::new(key.clone(), "written"))
    }

    // ANCHOR: shards
    #[tokio::test]
    async fn two_shards_have_no_order() -> Result<(), KvError> {
        let config = Config { topology: Topology::Sharded(2), ..Config::default() };
        let backend = Tokio::start(config).await.expect("it starts");
        let handle = backend.handle();
        let [slow, fast] = key_of_each();
        let gate = TestGate::new();
        handle.tell(Command::Debug(Debug::Stall { key: slow.clone(), gate: gate.clone() })).await?;

        handle.tell(set(&slow)).await?;
        handle.tell(set(&fast)).await?;
        // This message is told last, and every reader sees its effect while the first one still waits in a mailbox.
        let seen = handle.ask(Command::Get { key: fast }).await?;
        assert_eq!(seen, Reply::Value(Some("written".into())));
        gate.open();
        // For one key the order holds: this ask is handled behind the tell.
        let seen = handle.ask(Command::Get { key: slow }).await?;
        assert_eq!(seen, Reply::Value(Some("written".into())));
        backend.shutdown().await;
        Ok(())
    }
    // ANCHOR_END: shards

    /// Whether the numbers that one task sends at once arrive in order, and how many arrive.
    async fn arrive(wave: JoinHandle<()>, mut mailbox: mpsc::Receiver<u32>) -> (bool, usize) {
        wave.await.expect("no panic");
        let mut numbers = Vec::new();
        while let Some(number) = mailbox.recv().await {
            numbers.push(number);
        }
        (numbers.is_sorted(), numbers.len())
    }

    async fn send_all(sender: mpsc::Sender<u32>) {
        let sends = join_all((0..300).map(|number| sender.send(number))).await;
        assert!(sends.iter().all(Result::is_ok), "there is room");
    }

    #[tokio::test]
    async fn a_wave_overtakes_itself_when_the_budget_ends() {
        let (sender, mailbox) = mpsc::channel(1000);
        assert_eq!(arrive(tokio::spawn(send_all(sender)), mailbox).await, (false, 300));
        let (sender, mailbox) = mpsc::channel(1000);
        assert_eq!(arrive(tokio::spawn(unconstrained(send_all(sender))), mailbox).await, (true, 300));
    }
}
