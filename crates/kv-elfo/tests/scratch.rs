#![allow(missing_docs)]
#[path = "../benches/by_hand.rs"]
mod by_hand;
use kv_core::*;
use std::time::Instant;
#[test]
fn time() {
    let rt = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    rt.block_on(async {
        tokio::spawn(async {
            let hand = by_hand::ByHand::start().await;
            let b = kv_elfo::Elfo::start(Config { sweep_interval: None, ..Config::default() }).await.unwrap();
            let f = b.client().await.unwrap();
            let g = b.handle();
            let get = || Command::Get { key: "k".into() };
            let mut best = [f64::MAX; 4];
            for _ in 0..200 {
                let t = Instant::now();
                for _ in 0..2000 {
                    hand.ask(get()).await.unwrap();
                }
                best[0] = best[0].min(t.elapsed().as_nanos() as f64 / 2000.0);
                let t = Instant::now();
                for _ in 0..2000 {
                    f.ask(get()).await.unwrap();
                }
                best[1] = best[1].min(t.elapsed().as_nanos() as f64 / 2000.0);
                let t = Instant::now();
                for _ in 0..2000 {
                    f.addresses()[0].ask(get()).await.unwrap();
                }
                best[2] = best[2].min(t.elapsed().as_nanos() as f64 / 2000.0);
                let t = Instant::now();
                for _ in 0..2000 {
                    g.addresses()[0].ask(get()).await.unwrap();
                }
                best[3] = best[3].min(t.elapsed().as_nanos() as f64 / 2000.0);
            }
            eprintln!(
                "hand {:.0} routed {:.0} shard {:.0} gateway-shard {:.0}",
                best[0], best[1], best[2], best[3]
            );
        })
        .await
        .unwrap()
    });
}
