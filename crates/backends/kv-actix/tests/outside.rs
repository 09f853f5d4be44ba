//! The error of `ActixLocal` where it cannot live.

use kv_actix::ActixLocal;
use kv_core::{Backend, Config, StartError};

#[tokio::test]
async fn outside_a_local_set_it_does_not_start_and_says_why() {
    let error = ActixLocal::start(Config::default()).await.expect_err("nowhere to live");
    assert!(matches!(error, StartError::Failed { .. }), "{error}");
    assert!(error.to_string().contains("LocalSet"), "{error}");
}
