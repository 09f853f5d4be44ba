//! The commands of one client are applied in the order in which it sent them.

use futures_util::future::join_all;
use kv_core::{Command, Handle, Key, Kv, Reply};

use crate::setting::{get, increment};
use crate::{Trial, within};

pub async fn a_tell_is_applied_before_a_later_ask(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let handle = backend.client().await.expect("the backend runs");
    let keys = ["a", "b", "c", "d", "e"].map(Key::from);
    for round in 1..=500_usize {
        for key in &keys {
            let tail = Command::Append { key: key.clone(), value: "x".into() };
            handle.tell(tail).await.expect("accepted");
        }
        let key = &keys[round % keys.len()];
        let length = handle.ask(Command::Length { key: key.clone() }).await;
        assert_eq!(length, Ok(Reply::Length(round as u64)), "every earlier tell is seen");
    }
    // The last of several tells to one key wins.
    for n in 0..500 {
        let set = Command::Set(kv_core::Set::new("last", n.to_string()));
        handle.tell(set).await.expect("accepted");
    }
    assert_eq!(handle.ask(get(&"last".into())).await, Ok(Reply::Value(Some("499".into()))));
    backend.shutdown().await;
}

pub async fn pipelined_asks_keep_their_order(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let handle = backend.client().await.expect("the backend runs");
    let key = Key::from("n");
    for wave in 0..20 {
        // Polled in this order the first time, so sent in this order.
        let asks = (0..50).map(|_| handle.ask(increment(&key)));
        // The wave runs without tokio's cooperative budget. At the end of that budget a send yields although there is
        // room, and the asks behind it in the wave would overtake it: see `Handle`.
        let wave_of_asks = tokio::task::unconstrained(join_all(asks));
        let replies = within("a wave of asks", wave_of_asks).await;
        let expected: Vec<_> = (1..=50).map(|n| Ok(Reply::Integer(wave * 50 + n))).collect();
        assert_eq!(replies, expected);
    }
    backend.shutdown().await;
}

pub async fn many_clients_at_once(trial: Trial) {
    const CLIENTS: usize = 50;
    let backend = trial.start(trial.config()).await;
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let kv = Kv::new(backend.client().await.expect("the backend runs"));
        clients.push(tokio::spawn(async move {
            for round in 0..20 {
                let key = format!("client:{client}");
                kv.set(key.clone(), round.to_string()).await.expect("the backend runs");
                assert_eq!(kv.get(key).await, Ok(Some(round.to_string().into())));
                kv.increment_by("shared", 1).await.expect("the backend runs");
            }
        }));
    }
    for client in clients {
        within("a client", client).await.expect("no client panics");
    }
    let kv = Kv::new(backend.handle());
    assert_eq!(kv.get("shared").await, Ok(Some((CLIENTS * 20).to_string().into())));
    backend.shutdown().await;
}
