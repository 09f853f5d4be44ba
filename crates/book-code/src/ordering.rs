//! Order: what is not promised, and how to notice what is missing.

use std::collections::HashMap;
use std::hash::Hash;

// ANCHOR: numbered
/// What a message's number says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is the next one.
    Next,
    /// It was here before: a sender who does not know whether the first one came has sent it again.
    Again,
    /// Some are missing: lost, or on another way and slower.
    Early,
}

/// Looks at the numbers that senders give to their messages, from 1 on.
#[derive(Debug)]
pub struct Numbered<S>(HashMap<S, u64>);

impl<S: Eq + Hash> Numbered<S> {
    /// The actor calls it first thing in its handler, and acts on what is [`Arrival::Next`] only.
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
    use kv_core::{Backend, Command, Config, Debug, Gate, Handle, Key, KvError, Reply, Set, Topology, place};
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

    /// Keys of the first and of the second of two shards.
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
        let gate = Gate::new();
        handle.tell(Command::Debug(Debug::Stall { key: slow.clone(), gate: gate.clone() })).await?;

        handle.tell(set(&slow)).await?;
        handle.tell(set(&fast)).await?;
        // Told last, and seen by everybody while the first still stands in a mailbox.
        let seen = handle.ask(Command::Get { key: fast }).await?;
        assert_eq!(seen, Reply::Value(Some("written".into())));
        gate.open();
        // Of one key the order holds: this ask is behind the tell.
        let seen = handle.ask(Command::Get { key: slow }).await?;
        assert_eq!(seen, Reply::Value(Some("written".into())));
        backend.shutdown().await;
        Ok(())
    }
    // ANCHOR_END: shards

    /// Whether the numbers that one task sends at once arrive in order, and how many there are.
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
