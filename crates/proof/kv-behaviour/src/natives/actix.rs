//! actix by itself, for the table of behaviours: its own mailbox, its own supervisor, its own errors.

mod threads;

use std::sync::Arc;

use actix::dev::{MessageResponse, OneshotSender, SendError};
use actix::fut::wrap_future;
use actix::prelude::*;
use kv_core::KvError;

use crate::{
    Alive, AskSent, Behaviours, Blocking, Capacity, DefaultMailbox, DroppedAsk, DroppedTell, Ends, Entry,
    EveryHandleDropped, FullTell, Gets, HastyStop, Home, HowKilled, InPool, Job, Kept, MailboxBound,
    NameOfDead, Names, Native, NativeActor, Notice, Order, Parent, Passed, Plan, Queue, Reentrancy,
    ReplyDropped, Restart, Said, Sees, Spawns, Stopped, Stuck, Timer, Waiting, Worker,
};

pub use threads::Threads;

/// actix, with nothing added.
#[derive(Debug)]
pub struct Actix;

/// An actor's address.
#[derive(Clone, Debug)]
pub struct Address(Addr<Player>);

impl Native for Actix {
    const BEHAVIOURS: Behaviours = BEHAVIOURS;

    type Backend = kv_actix::Actix;
    type Pool = Threads;
}

impl Spawns for Actix {
    const NAME: &'static str = "actix";
    type Actor = Address;

    async fn spawn(plan: Plan) -> Result<Address, Said> {
        if plan.parent == Parent::Watches || plan.name.is_some() {
            return Err(Said::NO_SUCH_CALL);
        }
        let restarts = plan.parent == Parent::Restarts;
        let player = Player { worker: Worker::new(plan.journal.clone()), plan };
        Ok(Address(if restarts { Supervisor::start(|_| player) } else { player.start() }))
    }
}

/// The actor. Public because its address is.
#[derive(Debug)]
pub struct Player {
    worker: Worker,
    plan: Plan,
}

impl Actor for Player {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        if let Capacity::Exactly(messages) = self.plan.mailbox {
            ctx.set_mailbox_capacity(messages);
        }
        if let Some(period) = self.plan.timer {
            ctx.run_interval(period, |player, _| player.worker.tick());
        }
    }
}

impl Supervised for Player {
    fn restarting(&mut self, _: &mut Context<Self>) {
        self.plan.journal.record(Entry::Restarted);
    }
}

#[derive(Message)]
#[rtype(result = "Arc<u64>")]
struct Perform(Job);

/// What the handler returns, which in actix decides how it waits.
enum Answer {
    Now(Arc<u64>),
    /// As one usually waits: by a future that is given the actor back when it is done.
    Later(ResponseActFuture<Player, Arc<u64>>),
    /// By a future that does without the actor.
    HandedOn(ResponseFuture<Arc<u64>>),
    /// Letting nothing else in.
    Atomic(AtomicResponse<Player, Arc<u64>>),
}

impl Handler<Perform> for Player {
    type Result = Answer;

    fn handle(&mut self, Perform(job): Perform, ctx: &mut Context<Self>) -> Answer {
        if let Job::Stop = job {
            ctx.stop();
        }
        match job {
            Job::HandOn(..) => Answer::HandedOn(Box::pin(self.worker.hand_on(job))),
            Job::Await(..) => Answer::Later(after_its_gate(job)),
            Job::Hold(..) => Answer::Atomic(AtomicResponse::new(after_its_gate(job))),
            _ => Answer::Now(self.worker.work(job)),
        }
    }
}

impl MessageResponse<Player, Perform> for Answer {
    fn handle(self, ctx: &mut Context<Player>, reply: Option<OneshotSender<Arc<u64>>>) {
        match self {
            Self::Now(done) => MessageResponse::<Player, Perform>::handle(done, ctx, reply),
            Self::Later(done) => MessageResponse::<Player, Perform>::handle(done, ctx, reply),
            Self::HandedOn(done) => MessageResponse::<Player, Perform>::handle(done, ctx, reply),
            Self::Atomic(done) => MessageResponse::<Player, Perform>::handle(done, ctx, reply),
        }
    }
}

fn after_its_gate(job: Job) -> ResponseActFuture<Player, Arc<u64>> {
    let gate = job.gate();
    let wait = async move {
        if let Some(gate) = gate {
            gate.pass().await;
        }
    };
    Box::pin(wrap_future(wait).map(|(), player: &mut Player, _| player.worker.work(job)))
}

impl NativeActor for Address {
    async fn tell(&self, job: Job) -> Result<(), Said> {
        self.0.do_send(Perform(job));
        Ok(())
    }

    fn try_tell(&self, job: Job) -> Result<(), Said> {
        self.0.try_send(Perform(job)).map_err(refused)
    }

    // ANCHOR: ask
    // Not an `async fn`: it is the call that sends, and not the first poll.
    fn ask(&self, job: Job) -> impl Future<Output = Result<u64, Said>> {
        let answer = self.0.send(Perform(job));
        async move { answer.await.map(|done| *done).map_err(unanswered) }
    }
    // ANCHOR_END: ask

    async fn stop(&self) {
        self.0.do_send(Perform(Job::Stop));
    }

    fn pass_bound(&self, job: Job) -> bool {
        self.0.do_send(Perform(job));
        true
    }

    fn alive(&self) -> Option<bool> {
        Some(self.0.connected())
    }
}

fn refused<M>(error: SendError<M>) -> Said {
    Said(match error {
        SendError::Full(_) => "SendError::Full",
        SendError::Closed(_) => "SendError::Closed",
    })
}

fn unanswered(error: MailboxError) -> Said {
    Said(match error {
        MailboxError::Closed => "MailboxError::Closed",
        MailboxError::Timeout => "MailboxError::Timeout",
    })
}

const BEHAVIOURS: Behaviours = Behaviours {
    default_mailbox: DefaultMailbox::Bounded(16),
    bound: InPool::and(MailboxBound::OneMorePerHandle, "SyncArbiter", MailboxBound::NoSetting),
    bound_passed: Passed::LeavesAsItWas,
    tell_when_full: InPool::and(FullTell::Squeezes, "SyncArbiter", FullTell::NeverFull),
    try_tell_when_full: Sees::errors("SendError::Full", KvError::Overloaded),
    tell_dropped: DroppedTell::NeverWaits,
    ask_sent: AskSent::MadeUnlessFull,
    ask_dropped: DroppedAsk::Skipped,
    reply_dropped: ReplyDropped::Dropped,
    reentrant: Reentrancy::Interleaves,
    order_of_one: Order::AsSent,
    order_of_two: Order::AsSent,
    order_of_wave: Order::AsSent,
    stop_queue: Queue::Done,
    stop_queued_ask: Sees::but_ours_answers(Sees::ANSWER),
    stop_late_ask: Sees::errors("MailboxError::Closed", KvError::Stopped),
    stop_dead_ask: Sees::errors("MailboxError::Closed", KvError::Stopped),
    stop_dead_tell: Sees::errors(Sees::SILENCE, KvError::Stopped),
    stop_dead_try_tell: Sees::errors("SendError::Closed", KvError::Stopped),
    stop_waiting: Waiting::Cut,
    stop_handed_on: Waiting::Outlives,
    stop_itself: Queue::Lost,
    stop_without_drain: HastyStop::NoCall,
    wait_for_end: Ends::NO_CALL,
    handles_dropped: EveryHandleDropped::EndsWhenDrained,
    timer_and_handles_dropped: EveryHandleDropped::RunsForEver,
    kill: HowKilled::NoCall,
    kill_queue: Queue::NoCall,
    kill_running_ask: Sees::errors("no such call", KvError::ReplyLost),
    kill_queued_ask: Sees::errors("no such call", KvError::ReplyLost),
    panic_ask: Sees::errors("MailboxError::Closed", KvError::ReplyLost),
    panic_queued_ask: Sees::errors("MailboxError::Closed", KvError::ReplyLost),
    panic_queue: Queue::Lost,
    panic_alive: InPool::and(Alive::Gone, "SyncArbiter", Alive::Wrong),
    panic_dead_ask: Sees::errors("MailboxError::Closed", KvError::Stopped),
    death_notice: Notice::NoCall,
    restart: InPool::and(Restart::AfterStop, "SyncArbiter", Restart::AfterStop),
    restart_stopped: InPool::and(Stopped::AgainAsItWas, "SyncArbiter", Stopped::AgainAnew),
    restart_state: InPool::and(Kept::NoCall, "SyncArbiter", Kept::NoCall),
    restart_queue: InPool::and(Queue::NoCall, "SyncArbiter", Queue::NoCall),
    restart_queued_ask: Sees::but_ours_answers("no such call"),
    restart_queued_ask_of_parent: Gets::NoCall,
    restart_handle: InPool::and(Kept::NoCall, "SyncArbiter", Kept::NoCall),
    restart_name: InPool::and(Kept::NoCall, "SyncArbiter", Kept::NoCall),
    home: InPool::and(Home::Thread, "SyncArbiter", Home::OwnThread),
    blocking: InPool::and(Blocking::WholeThread, "SyncArbiter", Blocking::NoOther),
    timer: Timer::AfterQueue,
    names: Names::NoCall,
    name_of_dead: NameOfDead::NoCall,
    named_and_handles_dropped: EveryHandleDropped::NoCall,
    stuck: InPool::and(Stuck::Nothing, "SyncArbiter", Stuck::Nothing),
};
