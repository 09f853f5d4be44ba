//! Storey 1: the store as an actor of plain tokio, as tokio's tutorial and "Actors with Tokio" write one.
//!
//! The task owns the store, the channel is its mailbox, and a message that wants a reply carries a oneshot sender.
//! `shards` adds what is missing here: it answers callers when the task is aborted, survives a panic, and restarts.

mod backend;

use std::future::pending;
use std::time::Duration;

use kv_core::{Command, CommandError, Config, KvError, Pause, Reply, ShardAddress, Store, Timestamp};
use tokio::select;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::sync::oneshot;
use tokio::time::{Interval, interval, timeout};
use tokio_util::sync::CancellationToken;

pub use self::backend::First;

// ANCHOR: first
// ANCHOR: message
/// A message: a command, and where its reply goes. A message can carry any command: an ask and a tell differ only in
/// whether a caller waits for the reply.
#[derive(Debug)]
pub(crate) enum Message {
    Ask(Command, oneshot::Sender<Result<Reply, CommandError>>),
    Tell(Command),
}
// ANCHOR_END: message

impl Message {
    /// The pause that the actor has to await before it handles the message.
    #[inline]
    pub(crate) fn pause(&self) -> Option<Pause> {
        let (Self::Ask(command, _) | Self::Tell(command)) = self;
        command.pause()
    }

    #[inline]
    pub(crate) fn handle(self, store: &mut Store, now: Timestamp) {
        match self {
            Self::Ask(command, reply) => {
                // The caller may have dropped its receiver while it waited; that is no error here.
                let _ = reply.send(store.apply(command, now));
            }
            Self::Tell(command) => drop(store.apply(command, now)),
        }
    }
}

/// The actor: it serves its mailbox until that is closed and empty.
async fn serve(config: Config, mut mailbox: mpsc::Receiver<Message>, stop: CancellationToken) {
    let mut store = Store::new(&config);
    let mut sweep = config.sweep_interval.map(interval);
    loop {
        select! {
            message = mailbox.recv() => {
                let Some(message) = message else { return };
                if let Some(pause) = message.pause() {
                    pause.wait().await;
                }
                message.handle(&mut store, config.clock.now());
            }
            () = tick(&mut sweep) => {
                store.sweep(config.clock.now());
            }
            // A closed mailbox refuses new messages, and still hands out those that it has.
            () = stop.cancelled(), if !mailbox.is_closed() => mailbox.close(),
        }
    }
}

async fn tick(timer: &mut Option<Interval>) {
    match timer {
        Some(timer) => drop(timer.tick().await),
        None => pending().await,
    }
}
// ANCHOR_END: first

// ANCHOR: address
/// The sending end of one actor's mailbox.
#[derive(Debug)]
pub struct Mailbox {
    sender: mpsc::Sender<Message>,
    ask_timeout: Option<Duration>,
}

impl ShardAddress for Mailbox {
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        let call = async {
            let (reply, answer) = oneshot::channel();
            self.sender.send(Message::Ask(command, reply)).await.map_err(|_| KvError::Stopped)?;
            Ok(answer.await.map_err(|_| KvError::ReplyLost)??)
        };
        match self.ask_timeout {
            None => call.await,
            Some(limit) => timeout(limit, call).await.unwrap_or(Err(KvError::TimedOut)),
        }
    }

    async fn tell(&self, command: Command) -> Result<(), KvError> {
        self.sender.send(Message::Tell(command)).await.map_err(|_| KvError::Stopped)
    }

    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.sender.try_send(Message::Tell(command)).map_err(refused)
    }
}

#[inline]
pub(crate) fn refused<T>(error: TrySendError<T>) -> KvError {
    match error {
        TrySendError::Full(_) => KvError::Overloaded,
        TrySendError::Closed(_) => KvError::Stopped,
    }
}
// ANCHOR_END: address
