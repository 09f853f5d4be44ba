//! One round: a backend, its clients, the trouble, and the clients' records.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::RngExt as _;
use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;
use tokio::sync::oneshot;

use super::call::Call;
use super::client::Client;
use super::keys::Keys;
use super::plan::{Plan, Trouble};
use super::record::{Journal, KeyId, Recorder};
use crate::{Trial, within};

/// Runs a round and returns what happened, key by key.
///
/// # Panics
/// When the backend leaves a client waiting.
pub(super) async fn play(trial: Trial, plan: Plan, random: &mut Pcg64Mcg) -> BTreeMap<KeyId, Vec<Call>> {
    let backend = trial.start(plan.config(trial.config())).await;
    let (recorder, keys) = (Recorder::default(), Arc::new(Keys::new(plan.keys)));
    let mut client = async |number, half_way| Client {
        number,
        handle: within("a client's handle", backend.client()).await.expect("the backend runs"),
        plan,
        keys: Arc::clone(&keys),
        random: Pcg64Mcg::seed_from_u64(random.random()),
        journal: recorder.journal(number),
        half_way,
    };
    let (ready, half_way) = oneshot::channel();
    let mut ready = Some(ready);
    let mut clients = Vec::new();
    for number in 0..plan.clients {
        clients.push(client(number, ready.take()).await);
    }
    let reader = client(plan.clients, None).await;
    let clients: Vec<_> = clients.into_iter().map(|client| tokio::spawn(client.run())).collect();
    if matches!(plan.trouble, Trouble::Shutdown | Trouble::Kill) {
        // The client signals by dropping its sender, which also happens if the client ends early.
        let _ = within("the first client is half way through", half_way).await;
        match plan.trouble {
            Trouble::Shutdown => within("shutdown", backend.shutdown()).await,
            _ => within("kill", backend.kill()).await,
        }
    }
    let mut journals: Vec<Journal> = Vec::new();
    for client in clients {
        journals.push(within(&format!("a client of {plan:?}"), client).await.expect("no client panics"));
    }
    journals.push(within("the reader", reader.read_back()).await);
    within("shutdown", backend.shutdown()).await;
    Recorder::histories(journals, trial.topology)
}
