//! Several backends of one kind live side by side.

use kv_core::{Kv, KvError};

use crate::{Trial, within};

pub async fn two_side_by_side(trial: Trial) {
    let (one, two) = (trial.start(trial.config()).await, trial.start(trial.config()).await);
    let (kv_one, kv_two) = (Kv::new(one.handle()), Kv::new(two.handle()));
    kv_one.set("k", "one").await.expect("the backend runs");
    assert_eq!(kv_two.get("k").await, Ok(None), "they share nothing");
    kv_two.set("k", "two").await.expect("the backend runs");
    assert_eq!(kv_one.get("k").await, Ok(Some("one".into())));
    within("one shuts down", one.shutdown()).await;
    assert_eq!(kv_one.get("k").await, Err(KvError::Stopped));
    assert_eq!(kv_two.get("k").await, Ok(Some("two".into())), "the other does not notice");
    // A third backend may start when another has ended.
    let three = trial.start(trial.config()).await;
    within("two is killed", two.kill()).await;
    let kv_three = Kv::new(three.handle());
    assert_eq!(kv_three.count().await, Ok(0));
    three.shutdown().await;
}
