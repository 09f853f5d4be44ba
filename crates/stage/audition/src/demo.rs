//! The demo: one scene, played by any backend, which shows that all of them do the same.

use kv_core::{Backend, Config, Kv, KvError, StartError, Value};
use thiserror::Error;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

/// The error for a scene that could not be played to its end.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The name is no backend's.
    #[error(transparent)]
    Unknown(#[from] kv_backends::UnknownBackend),
    /// The operating system gave no runtime.
    #[error("no runtime: {0}")]
    Runtime(#[from] std::io::Error),
    /// The backend did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A call failed.
    #[error(transparent)]
    Call(#[from] KvError),
}

/// Plays the scene on the backend of that name and returns the transcript.
///
/// # Errors
/// [`DemoError`].
pub fn play(backend: &str) -> Result<String, DemoError> {
    kv_backends::with(backend, Scene)?
}

struct Scene;

impl kv_backends::Visitor for Scene {
    type Output = Result<String, DemoError>;

    fn visit<B: Backend>(self) -> Self::Output {
        // The runtime has one thread and a `LocalSet`, where the actors of every backend can live.
        let runtime = Builder::new_current_thread().enable_time().build()?;
        LocalSet::new().block_on(&runtime, scene::<B>())
    }
}

// ANCHOR: scene
async fn scene<B: Backend>() -> Result<String, DemoError> {
    let backend = B::start(Config::default()).await?;
    let kv = Kv::new(backend.handle());
    let mut lines = vec![format!("{}:", B::NAME)];
    kv.set("foo", "bar").await?;
    lines.push("  set foo bar      -> done".to_owned());
    lines.push(format!("  get foo          -> {}", shown(kv.get("foo").await?)));
    kv.set("hello", "world").await?;
    lines.push("  set hello world  -> done".to_owned());
    lines.push(format!("  delete foo       -> {} deleted", kv.delete(["foo"]).await?));
    lines.push(format!("  get foo          -> {}", shown(kv.get("foo").await?)));
    backend.shutdown().await;
    lines.push("  shutdown         -> confirmed\n".to_owned());
    Ok(lines.join("\n"))
}
// ANCHOR_END: scene

fn shown(value: Option<Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| String::from_utf8_lossy(&value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_backend_plays_the_same_scene() {
        let transcripts: Vec<String> = kv_backends::whole()
            .map(|backend| {
                let transcript = play(backend.name).expect("the scene is played to its end");
                let (name, lines) = transcript.split_once(":\n").expect("a name and lines");
                assert_eq!(name, backend.name);
                lines.to_owned()
            })
            .collect();
        assert!(transcripts[0].contains("get foo          -> bar"));
        assert!(transcripts[0].contains("get foo          -> nothing"));
        assert!(transcripts.iter().all(|lines| *lines == transcripts[0]), "{transcripts:?}");
    }

    #[test]
    fn an_unknown_backend_is_an_error() {
        assert!(play("akka").expect_err("unknown").to_string().contains("choose one of"));
    }
}
