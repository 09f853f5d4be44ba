//! Plain tokio by itself, for the table of behaviours: the textbook's task, channel and oneshot.
//!
//! Unlike the backend, this promises nothing: no supervisor, no answer to those whom a panic leaves behind.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kv_core::KvError;
use tokio::sync::mpsc::error::{SendError, TrySendError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::interval;

use crate::{
    Alive, AskSent, Behaviours, Blocking, Capacity, DefaultMailbox, DroppedAsk, DroppedTell, Ends, Entry,
    EveryHandleDropped, FullTell, Gets, HastyStop, Home, HowKilled, InPool, Job, Journal, Kept, MailboxBound,
    NameOfDead, Names, Native, NativeActor, NoPool, Notice, Order, Parent, Passed, Plan, Queue, Reentrancy,
    ReplyDropped, Restart, Said, Sees, Spawns, Stopped, Stuck, Timer, Wait, Waiting, Waits, Worker,
};

/// tokio, with nothing added.
#[derive(Debug)]
pub struct Tokio;

/// An actor's address.
#[derive(Clone, Debug)]
pub struct Actor {
    mailbox: mpsc::Sender<Message>,
    task: AbortHandle,
    /// The task's handle, until it is awaited.
    end: Arc<Mutex<Option<JoinHandle<()>>>>,
}

#[derive(Debug)]
enum Message {
    Ask(Job, oneshot::Sender<Arc<u64>>),
    Tell(Job),
    Stop,
}

impl Native for Tokio {
    const BEHAVIOURS: Behaviours = BEHAVIOURS;

    type Backend = kv_tokio::Tokio;
    type Pool = NoPool;
}

impl Spawns for Tokio {
    const NAME: &'static str = "tokio";
    type Actor = Actor;

    async fn spawn(plan: Plan) -> Result<Actor, Said> {
        let capacity = match plan.mailbox {
            Capacity::Any => 64,
            Capacity::Exactly(messages) => messages,
            Capacity::Default => return Err(Said::NO_SUCH_CALL),
        };
        if plan.parent == Parent::Restarts || plan.name.is_some() {
            return Err(Said::NO_SUCH_CALL);
        }
        let (sender, mailbox) = mpsc::channel(capacity);
        let worker = Worker::new(plan.journal.clone());
        let task = tokio::spawn(async move {
            run(worker, mailbox, plan.timer).await;
            if let Some(last) = plan.last {
                last.pass().await;
            }
        });
        let actor = Actor { mailbox: sender, task: task.abort_handle(), end: Arc::default() };
        if plan.parent == Parent::Watches {
            tokio::spawn(watch(task, plan.journal));
        } else {
            actor.end.lock().unwrap_or_else(PoisonError::into_inner).replace(task);
        }
        Ok(actor)
    }
}

async fn run(mut worker: Worker, mut mailbox: mpsc::Receiver<Message>, period: Option<Duration>) {
    let mut timer = period.map(interval);
    let tick = async |timer: &mut Option<tokio::time::Interval>| match timer {
        Some(timer) => timer.tick().await,
        None => std::future::pending().await,
    };
    loop {
        tokio::select! {
            _ = tick(&mut timer) => worker.tick(),
            message = mailbox.recv() => match message {
                Some(Message::Ask(job @ Job::HandOn(..), reply)) => {
                    let wait = worker.hand_on(job);
                    tokio::spawn(async move { reply.send(wait.await) });
                }
                Some(Message::Ask(job, reply)) => {
                    let _ = reply.send(worker.handle(job).await);
                }
                Some(Message::Tell(Job::Stop)) => return,
                Some(Message::Tell(job)) => {
                    worker.handle(job).await;
                }
                Some(Message::Stop) => mailbox.close(),
                None => return,
            },
        }
    }
}

async fn watch(task: JoinHandle<()>, journal: Journal) {
    if task.await.is_err_and(|error| error.is_panic()) {
        journal.record(Entry::Noticed("JoinError::is_panic"));
    }
}

impl NativeActor for Actor {
    async fn tell(&self, job: Job) -> Result<(), Said> {
        self.mailbox.send(Message::Tell(job)).await.map_err(refused)
    }

    fn try_tell(&self, job: Job) -> Result<(), Said> {
        self.mailbox.try_send(Message::Tell(job)).map_err(|error| match error {
            TrySendError::Full(_) => Said("TrySendError::Full"),
            TrySendError::Closed(_) => Said("TrySendError::Closed"),
        })
    }

    // ANCHOR: ask
    async fn ask(&self, job: Job) -> Result<u64, Said> {
        let (reply, answer) = oneshot::channel();
        self.mailbox.send(Message::Ask(job, reply)).await.map_err(refused)?;
        answer.await.map(|done| *done).map_err(|_| Said("RecvError"))
    }
    // ANCHOR_END: ask

    async fn stop(&self) {
        let _ = self.mailbox.send(Message::Stop).await;
    }

    fn kill(&self) -> bool {
        self.task.abort();
        true
    }

    fn ends(&self) -> Vec<(&'static str, Wait)> {
        let task = self.end.lock().unwrap_or_else(PoisonError::into_inner).take();
        let wait = |task: JoinHandle<()>| -> Wait { Box::pin(async move { task.await.unwrap_or_default() }) };
        task.map(|task| ("JoinHandle", wait(task))).into_iter().collect()
    }

    fn alive(&self) -> Option<bool> {
        Some(!self.mailbox.is_closed())
    }

    fn backlog(&self) -> Option<usize> {
        Some(self.mailbox.max_capacity() - self.mailbox.capacity())
    }
}

fn refused<T>(_: SendError<T>) -> Said {
    Said("SendError")
}

const BEHAVIOURS: Behaviours = Behaviours {
    default_mailbox: DefaultMailbox::NoDefault,
    bound: InPool::no(MailboxBound::Exact),
    bound_passed: Passed::NoCall,
    tell_when_full: InPool::no(FullTell::Waits),
    try_tell_when_full: Sees::errors("TrySendError::Full", KvError::Overloaded),
    tell_dropped: DroppedTell::NotSent,
    ask_sent: AskSent::FirstPoll,
    ask_dropped: DroppedAsk::StillDone,
    reply_dropped: ReplyDropped::Dropped,
    reentrant: Reentrancy::OneByOne,
    order_of_one: Order::AsSent,
    order_of_two: Order::AsSent,
    order_of_wave: Order::AsSentWithinBudget,
    stop_queue: Queue::Done,
    stop_queued_ask: Sees::but_ours_answers(Sees::ANSWER),
    stop_late_ask: Sees::but_ours_answers(Sees::ANSWER),
    stop_dead_ask: Sees::errors("SendError", KvError::Stopped),
    stop_dead_tell: Sees::errors("SendError", KvError::Stopped),
    stop_dead_try_tell: Sees::errors("TrySendError::Closed", KvError::Stopped),
    stop_waiting: Waiting::FinishedFirst,
    stop_handed_on: Waiting::Outlives,
    stop_itself: Queue::Lost,
    stop_without_drain: HastyStop::NoCall,
    wait_for_end: Ends::one("JoinHandle", Waits::AfterHook),
    handles_dropped: EveryHandleDropped::EndsWhenDrained,
    timer_and_handles_dropped: EveryHandleDropped::EndsWhenDrained,
    kill: HowKilled::AtNextAwait,
    kill_queue: Queue::Lost,
    kill_running_ask: Sees::errors("RecvError", KvError::ReplyLost),
    kill_queued_ask: Sees::errors("RecvError", KvError::ReplyLost),
    panic_ask: Sees::errors("RecvError", KvError::ReplyLost),
    panic_queued_ask: Sees::errors("RecvError", KvError::ReplyLost),
    panic_queue: Queue::Lost,
    panic_alive: InPool::no(Alive::Gone),
    panic_dead_ask: Sees::errors("SendError", KvError::Stopped),
    death_notice: Notice::Says("JoinError::is_panic"),
    restart: InPool::no(Restart::NoCall),
    restart_stopped: InPool::no(Stopped::NoCall),
    restart_state: InPool::no(Kept::NoCall),
    restart_queue: InPool::no(Queue::NoCall),
    restart_queued_ask: Sees::but_ours_answers("no such call"),
    restart_queued_ask_of_parent: Gets::NoCall,
    restart_handle: InPool::no(Kept::NoCall),
    restart_name: InPool::no(Kept::NoCall),
    home: InPool::no(Home::Runtime),
    blocking: InPool::no(Blocking::OneWorker),
    timer: Timer::BetweenMessages,
    names: Names::NoCall,
    name_of_dead: NameOfDead::NoCall,
    named_and_handles_dropped: EveryHandleDropped::NoCall,
    stuck: InPool::no(Stuck::Backlog),
};
