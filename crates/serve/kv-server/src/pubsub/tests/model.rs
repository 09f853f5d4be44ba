//! The pub/sub actor, compared with a plain list of subscriptions.

use kv_conformance::seed;
use kv_core::glob_matches;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngSeed, TestRunner};

use super::*;

const CLIENTS: u64 = 3;

#[derive(Clone, Debug)]
enum Step {
    Subscribe(u64, Topic, Vec<&'static str>),
    Unsubscribe(u64, Topic, Option<Vec<&'static str>>),
    Leave(u64),
    Publish(&'static str),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let client = || 0..CLIENTS;
    let topic = || select(vec![Channel, Pattern]);
    let names = || vec(select(vec!["a", "b", "ab", "a*", "*", "?"]), 1..4);
    let step = prop_oneof![
        4 => (client(), topic(), names()).prop_map(|(id, topic, names)| Step::Subscribe(id, topic, names)),
        3 => (client(), topic(), prop::option::of(names()))
            .prop_map(|(id, topic, names)| Step::Unsubscribe(id, topic, names)),
        1 => client().prop_map(Step::Leave),
        4 => select(vec!["a", "b", "ab", "c"]).prop_map(Step::Publish),
    ];
    vec(step, 1..40)
}

/// A model of the actor: the subscriptions in a list without double entries.
#[derive(Debug, Default)]
struct Model(Vec<(u64, Topic, &'static str)>);

impl Model {
    fn count(&self, id: u64) -> usize {
        self.0.iter().filter(|entry| entry.0 == id).count()
    }

    fn subscribe(&mut self, id: u64, topic: Topic, name: &'static str) -> usize {
        if !self.0.contains(&(id, topic, name)) {
            self.0.push((id, topic, name));
        }
        self.count(id)
    }

    fn unsubscribe(&mut self, id: u64, topic: Topic, names: Option<Vec<&'static str>>) -> Vec<Left> {
        let names = names.unwrap_or_else(|| {
            let mut all: Vec<_> = self.0.iter().filter(|entry| (entry.0, entry.1) == (id, topic)).collect();
            all.sort_by_key(|entry| entry.2);
            all.into_iter().map(|entry| entry.2).collect()
        });
        if names.is_empty() {
            return vec![(None, self.count(id))];
        }
        let leave = |name| {
            self.0.retain(|entry| *entry != (id, topic, name));
            (Some(Bytes::from(name)), self.count(id))
        };
        names.into_iter().map(leave).collect()
    }

    /// How many copies of the message each client gets.
    fn publish(&self, channel: &str) -> Vec<usize> {
        let gets = |&&(_, topic, name): &&(u64, Topic, &str)| match topic {
            Channel => name == channel,
            Pattern => glob_matches(name.as_bytes(), channel.as_bytes()),
        };
        (0..CLIENTS).map(|id| self.0.iter().filter(|entry| entry.0 == id).filter(gets).count()).collect()
    }

    fn topics(&self, kind: Topic) -> usize {
        let mut names: Vec<_> = self.0.iter().filter(|entry| entry.1 == kind).map(|entry| entry.2).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    }
}

async fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let (pubsub, mut model) = (PubSub::start(), Model::default());
    let mut clients: Vec<_> = (0..CLIENTS).map(subscriber).collect();
    for step in steps {
        match step {
            Step::Subscribe(id, topic, names) => {
                let outbox = &clients[id as usize].outbox;
                let counts = pubsub.subscribe(outbox, topic, super::names(&names)).await.expect("it runs");
                let expected: Vec<_> = names.iter().map(|name| model.subscribe(id, topic, name)).collect();
                prop_assert_eq!(counts, expected);
            }
            Step::Unsubscribe(id, topic, names) => {
                let bytes = names.as_deref().map(super::names);
                let left = pubsub.unsubscribe(id, topic, bytes).await.expect("it runs");
                prop_assert_eq!(left, model.unsubscribe(id, topic, names));
            }
            Step::Leave(id) => {
                pubsub.leave(id).await;
                model.0.retain(|entry| entry.0 != id);
            }
            Step::Publish(channel) => {
                let receivers = publish(&pubsub, channel).await;
                let expected = model.publish(channel);
                prop_assert_eq!(receivers, expected.iter().sum::<usize>());
                for (client, expected) in clients.iter_mut().zip(expected) {
                    let got = std::iter::from_fn(|| client.inbox.try_recv()).count();
                    prop_assert_eq!(got, expected);
                }
            }
        }
        let expected = Topics { channels: model.topics(Channel), patterns: model.topics(Pattern) };
        prop_assert_eq!(pubsub.topics().await, Ok(expected));
    }
    Ok(())
}

#[test]
fn the_actor_agrees_with_the_model() {
    let rng_seed = RngSeed::Fixed(seed());
    let config =
        ProptestConfig { cases: 500, failure_persistence: None, rng_seed, ..ProptestConfig::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let result = TestRunner::new(config).run(&steps(), |steps| runtime.block_on(run(steps)));
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
