//! The pub/sub actor behind the handle: its state, and its loop.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bytes::Bytes;
use kv_core::glob_matches;
use tokio::sync::{mpsc, oneshot};

use super::{Left, Message, Topic, Topics};
use crate::client::{Outbox, Push};

/// The subscribers of each topic. It is the standard library's hash map: names come from clients, and its hasher
/// withstands a client that chooses names which collide. Subscribers are in the order of their numbers, so that the
/// client that connected first is served first.
type Subscribers = HashMap<Bytes, BTreeMap<u64, Outbox>>;

/// The subscriptions of one client.
struct Subscriber {
    outbox: Outbox,
    channels: BTreeSet<Bytes>,
    patterns: BTreeSet<Bytes>,
}

impl Subscriber {
    fn names(&mut self, topic: Topic) -> &mut BTreeSet<Bytes> {
        match topic {
            Topic::Channel => &mut self.channels,
            Topic::Pattern => &mut self.patterns,
        }
    }

    fn count(&self) -> usize {
        self.channels.len() + self.patterns.len()
    }

    /// Records the present numbers in the client's record, where `CLIENT LIST` finds them.
    fn tell(&self) {
        let (channels, patterns) = (self.channels.len(), self.patterns.len());
        self.outbox.client().update(|state| (state.channels, state.patterns) = (channels, patterns));
    }
}

pub(super) struct Runner {
    mailbox: mpsc::Receiver<Message>,
    clients: HashMap<u64, Subscriber>,
    channels: Subscribers,
    patterns: Subscribers,
    /// The callers that wait for the actor's end.
    waiting: Vec<oneshot::Sender<()>>,
}

impl Runner {
    pub(super) fn new(mailbox: mpsc::Receiver<Message>) -> Self {
        let (clients, channels, patterns) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { mailbox, clients, channels, patterns, waiting: Vec::new() }
    }

    // ANCHOR: run
    /// Serves until it is shut down or no handle is left. The callers of `shutdown` are told when it has ended.
    pub(super) async fn run(mut self) {
        while let Some(message) = self.mailbox.recv().await {
            self.handle(message);
        }
        let waiting = std::mem::take(&mut self.waiting);
        drop(self);
        for done in waiting {
            let _ = done.send(());
        }
    }

    fn handle(&mut self, message: Message) {
        // Sending a reply fails only if the asker has stopped waiting for it.
        match message {
            Message::Subscribe { outbox, topic, names, reply } => {
                let _ = reply.send(self.subscribe(outbox, topic, names));
            }
            Message::Unsubscribe { client, topic, names, reply } => {
                let _ = reply.send(self.unsubscribe(client, topic, names));
            }
            Message::Leave { client } => self.leave(client),
            Message::Publish { channel, payload, reply } => {
                let receivers = self.publish(&channel, &payload);
                if let Some(reply) = reply {
                    let _ = reply.send(receivers);
                }
            }
            Message::Channels { pattern, reply } => {
                let _ = reply.send(self.channels(pattern.as_deref()));
            }
            Message::Subscribers { channels, reply } => {
                let count = |channel| self.channels.get(channel).map_or(0, BTreeMap::len);
                let _ = reply.send(channels.iter().map(count).collect());
            }
            Message::Topics { reply } => {
                let topics = Topics { channels: self.channels.len(), patterns: self.patterns.len() };
                let _ = reply.send(topics);
            }
            Message::Shutdown { done } => {
                // The mailbox is closed, and the loop goes on: messages that were accepted before are still handled.
                self.mailbox.close();
                self.waiting.push(done);
            }
        }
    }
    // ANCHOR_END: run

    fn topic(&mut self, topic: Topic) -> &mut Subscribers {
        match topic {
            Topic::Channel => &mut self.channels,
            Topic::Pattern => &mut self.patterns,
        }
    }

    fn subscribe(&mut self, outbox: Outbox, topic: Topic, names: Vec<Bytes>) -> Vec<usize> {
        let id = outbox.client().id();
        let mut counts = Vec::with_capacity(names.len());
        for name in names {
            let subscriber = self.clients.entry(id).or_insert_with(|| Subscriber {
                outbox: outbox.clone(),
                channels: BTreeSet::new(),
                patterns: BTreeSet::new(),
            });
            subscriber.names(topic).insert(name.clone());
            counts.push(subscriber.count());
            self.topic(topic).entry(name).or_default().insert(id, outbox.clone());
        }
        if let Some(subscriber) = self.clients.get(&id) {
            subscriber.tell();
        }
        counts
    }

    fn unsubscribe(&mut self, id: u64, topic: Topic, names: Option<Vec<Bytes>>) -> Vec<Left> {
        let Some(subscriber) = self.clients.get_mut(&id) else {
            return match names {
                // Each name is answered, also to a client that never was subscribed to it.
                Some(names) => names.into_iter().map(|name| (Some(name), 0)).collect(),
                None => vec![(None, 0)],
            };
        };
        let names = names.unwrap_or_else(|| subscriber.names(topic).iter().cloned().collect());
        if names.is_empty() {
            return vec![(None, subscriber.count())];
        }
        let mut left = Vec::with_capacity(names.len());
        for name in names {
            subscriber.names(topic).remove(&name);
            left.push((Some(name), subscriber.count()));
        }
        subscriber.tell();
        if subscriber.count() == 0 {
            self.clients.remove(&id);
        }
        for name in left.iter().filter_map(|(name, _)| name.as_ref()) {
            remove(self.topic(topic), name, id);
        }
        left
    }

    fn leave(&mut self, id: u64) {
        let Some(subscriber) = self.clients.remove(&id) else { return };
        for name in &subscriber.channels {
            remove(&mut self.channels, name, id);
        }
        for name in &subscriber.patterns {
            remove(&mut self.patterns, name, id);
        }
    }

    // ANCHOR: publish
    /// Publishes a message. A client that has the channel and two patterns that match gets the message three times, as
    /// in Redis.
    fn publish(&self, channel: &Bytes, payload: &Bytes) -> usize {
        let mut receivers = 0;
        for outbox in self.channels.get(channel).into_iter().flat_map(BTreeMap::values) {
            let push = Push::Message { channel: channel.clone(), payload: payload.clone() };
            receivers += usize::from(outbox.push(push));
        }
        for (pattern, subscribers) in &self.patterns {
            if !glob_matches(pattern, channel) {
                continue;
            }
            for outbox in subscribers.values() {
                let (pattern, channel, payload) = (pattern.clone(), channel.clone(), payload.clone());
                receivers += usize::from(outbox.push(Push::PatternMessage { pattern, channel, payload }));
            }
        }
        receivers
    }
    // ANCHOR_END: publish

    fn channels(&self, pattern: Option<&[u8]>) -> Vec<Bytes> {
        let matches = |name: &&Bytes| pattern.is_none_or(|pattern| glob_matches(pattern, name));
        self.channels.keys().filter(matches).cloned().collect()
    }
}

/// Removes a subscriber from a topic, and the topic with its last subscriber.
fn remove(subscribers: &mut Subscribers, name: &Bytes, id: u64) {
    if let Some(ids) = subscribers.get_mut(name) {
        ids.remove(&id);
        if ids.is_empty() {
            subscribers.remove(name);
        }
    }
}
