//! The commands of publish and subscribe, on the connection's side.

use std::sync::Arc;

use bytes::Bytes;
use kv_core::Backend;
use kv_resp::Request;

use super::Connection;
use crate::client;
use crate::pubsub::{Stopped, Topic};
use kv_commands::{Failure, Local};

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        Self::line(format!("ERR {stopped}"))
    }
}

impl<B: Backend> Connection<B> {
    // ANCHOR: subscribe
    pub(super) async fn subscribe(&mut self, local: Local, request: &Request) -> Result<(), Failure> {
        let (topic, word) = match local {
            Local::PSubscribe => (Topic::Pattern, "psubscribe"),
            _ => (Topic::Channel, "subscribe"),
        };
        let names = names(request);
        let (outbox, _) = self.mail.get_or_insert_with(|| {
            client::outbox(Arc::clone(&self.client), Arc::clone(&self.shared.settings))
        });
        let counts = self.shared.pubsub.subscribe(outbox, topic, names.clone()).await?;
        // The confirmations are written before any message: the messages wait in the inbox until this is done.
        for (name, count) in names.iter().zip(&counts) {
            self.confirm(word, Some(name), *count);
        }
        Ok(())
    }

    pub(super) async fn unsubscribe(&mut self, local: Local, request: &Request) -> Result<(), Failure> {
        let (topic, word) = match local {
            Local::PUnsubscribe => (Topic::Pattern, "punsubscribe"),
            _ => (Topic::Channel, "unsubscribe"),
        };
        let names = (request.len() > 1).then(|| names(request));
        let gone = self.shared.pubsub.unsubscribe(self.client.id(), topic, names).await?;
        // What was published before the end of the subscription is delivered before the end is confirmed.
        while let Some(push) = self.mail.as_mut().and_then(|(_, inbox)| inbox.try_recv()) {
            push.write(&mut self.encoder());
        }
        for (name, count) in &gone {
            self.confirm(word, name.as_ref(), *count);
        }
        Ok(())
    }
    // ANCHOR_END: subscribe

    fn confirm(&mut self, word: &str, name: Option<&Bytes>, count: usize) {
        self.session.subscriptions = count;
        let mut out = self.encoder();
        out.push(3);
        out.bulk(word.as_bytes());
        match name {
            Some(name) => out.bulk(name),
            None => out.null(),
        }
        out.integer(integer(count));
    }

    pub(super) async fn publish(&mut self, request: &Request) -> Result<(), Failure> {
        // The message is copied: it may wait in many clients' queues for longer than the buffer that it was read with.
        let (channel, payload) =
            (Bytes::copy_from_slice(request.arg(1)), Bytes::copy_from_slice(request.arg(2)));
        let receivers = self.shared.pubsub.publish(channel, payload).await?;
        self.encoder().integer(integer(receivers));
        Ok(())
    }

    pub(super) async fn pubsub(&mut self, local: Local, request: &Request) -> Result<(), Failure> {
        match local {
            Local::PubSubChannels => {
                if request.len() > 3 {
                    return Err(Failure::subcommand_syntax(request));
                }
                let pattern = request.get(2).map(Bytes::copy_from_slice);
                let channels = self.shared.pubsub.channels(pattern).await?;
                let mut out = self.encoder();
                out.array(channels.len());
                for channel in channels {
                    out.bulk(&channel);
                }
            }
            Local::PubSubNumSub => {
                let names: Vec<Bytes> = request.args().skip(2).map(Bytes::copy_from_slice).collect();
                let counts = self.shared.pubsub.subscribers(names.clone()).await?;
                let mut out = self.encoder();
                // The reply is a flat array in RESP3 as well, as Redis has it: client libraries fail on a map here.
                out.array(2 * counts.len());
                for (channel, count) in names.iter().zip(counts) {
                    out.bulk(channel);
                    out.integer(integer(count));
                }
            }
            _ => {
                let patterns = self.shared.pubsub.topics().await?.patterns;
                self.encoder().integer(integer(patterns));
            }
        }
        Ok(())
    }
}

/// The names behind the command, copied because a subscription outlives the request.
fn names(request: &Request) -> Vec<Bytes> {
    request.args().skip(1).map(Bytes::copy_from_slice).collect()
}

fn integer(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
