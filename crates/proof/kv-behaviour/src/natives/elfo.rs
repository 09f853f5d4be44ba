//! elfo by itself, for the table of behaviours: its own mailbox, its own supervisor, its own errors.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use elfo::config::AnyConfig;
use elfo::errors::{RequestError, TrySendError};
use elfo::messages::{
    ActorStatusReport, Ping, StartEntrypoint, SubscribeToActorStatuses, Terminate, UpdateConfig,
};
use elfo::prelude::*;
use elfo::routers::{MapRouter, Outcome};
use elfo::scope::{self, Scope};
use elfo::time::Interval;
use elfo::{ActorStatusKind, Addr, MoveOwnership, RestartParams, RestartPolicy, Topology};
use kv_core::KvError;
use serde_json::json;

use crate::{
    Alive, AskSent, Behaviours, Blocking, Capacity, DefaultMailbox, DroppedAsk, DroppedTell, Ends, Entry,
    EveryHandleDropped, FullTell, Gets, HastyStop, Home, HowKilled, InPool, Job, Journal, Kept, MailboxBound,
    NameOfDead, Names, Native, NativeActor, NoPool, Notice, Order, Parent, Passed, Plan, Queue, Reentrancy,
    ReplyDropped, Restart, Said, Sees, Spawns, Stopped, Stuck, Timer, Wait, Waiting, Worker,
};

/// elfo, with nothing added.
#[derive(Debug)]
pub struct Elfo;

/// An actor's address: its group and its key, and in whose name to send.
#[derive(Clone)]
pub struct Actor {
    client: Arc<Client>,
    group: Addr,
    key: String,
}

/// In whose name a test sends, since in elfo only actors do: the node's first actor, which never ends.
struct Client {
    context: Context,
    /// A scope is `Send` but not `Sync`, so it takes a lock to clone it.
    scope: Mutex<Scope>,
}

impl Client {
    fn scope(&self) -> Scope {
        self.scope.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[message(ret = MoveOwnership<Arc<u64>>)]
struct Perform {
    key: String,
    job: MoveOwnership<Job>,
}

#[message]
struct Tick;

impl Native for Elfo {
    const BEHAVIOURS: Behaviours = BEHAVIOURS;

    type Backend = kv_elfo::Elfo;
    type Pool = NoPool;
}

impl Spawns for Elfo {
    const NAME: &'static str = "elfo";
    type Actor = Actor;

    async fn spawn(plan: Plan) -> Result<Actor, Said> {
        // An actor of elfo has no children: all actors belong to groups.
        if plan.child.is_some() {
            return Err(Said::NO_SUCH_CALL);
        }
        let config = match plan.mailbox {
            Capacity::Any | Capacity::Default => json!({}),
            Capacity::Exactly(messages) => json!({ "system": { "mailbox": { "capacity": messages } } }),
        };
        let config: AnyConfig = serde_json::from_value(config).map_err(|_| Said("no configuration"))?;
        let topology = Topology::empty();
        let players = topology.local("players");
        let group = players.addr();
        topology.local("entry").entrypoint().mount(entrypoint(topology.clone(), config));
        if plan.parent == Parent::Watches {
            topology.local("watchers").mount(watcher(group, plan.journal.clone()));
        }
        let key = plan.name.clone().unwrap_or_default();
        players.mount(player(plan));
        let started = elfo::_priv::do_start(topology, false, |context, _| async move {
            Client { context, scope: Mutex::new(scope::expose()) }
        });
        let client = started.await.map_err(|_| Said("not started"))?;
        Ok(Actor { client: Arc::new(client), group, key })
    }
}

/// Sends every group its configuration, which starts its actors, and ends.
fn entrypoint(topology: Topology, config: AnyConfig) -> Blueprint {
    ActorGroup::new().exec(move |mut ctx| {
        let (topology, config) = (topology.clone(), config.clone());
        async move {
            while let Some(envelope) = ctx.recv().await {
                msg!(match envelope {
                    (StartEntrypoint, token) => {
                        for group in topology.locals().filter(|group| !group.is_entrypoint) {
                            let _ =
                                ctx.request_to(group.addr, UpdateConfig::new(config.clone())).resolve().await;
                        }
                        ctx.respond(token, Ok(()));
                        break;
                    }
                });
            }
        }
    })
}

fn player(plan: Plan) -> Blueprint {
    let group = ActorGroup::new();
    let group = match plan.parent {
        Parent::Restarts => {
            let at_once = RestartParams::new(Duration::ZERO, Duration::ZERO);
            group.restart_policy(RestartPolicy::on_failure(at_once))
        }
        Parent::None | Parent::Watches => group,
    };
    group
        // ANCHOR: router
        .router(MapRouter::new(|envelope| {
            msg!(match envelope {
                Perform { key, .. } => Outcome::Unicast(key.clone()),
                _ => Outcome::Default,
            })
        }))
        // ANCHOR_END: router
        .exec(move |ctx| play(ctx, plan.journal.clone(), plan.timer))
}

async fn play(mut ctx: Context<(), String>, journal: Journal, timer: Option<Duration>) {
    let mut worker = Worker::new(journal);
    if let Some(period) = timer {
        ctx.attach(Interval::new(Tick)).start(period);
    }
    while let Some(envelope) = ctx.recv().await {
        msg!(match envelope {
            (Perform { job, .. }, token) => {
                match job.take() {
                    Some(job @ Job::HandOn(..)) => {
                        let (wait, client, scope) = (worker.hand_on(job), ctx.pruned(), scope::expose());
                        let reply = async move { client.respond(token, wait.await.into()) };
                        tokio::spawn(scope.within(reply));
                    }
                    Some(Job::Stop) => break,
                    Some(job) => {
                        let done = worker.handle(job).await;
                        ctx.respond(token, done.into());
                    }
                    None => {}
                }
            }
            Tick => worker.tick(),
        });
    }
}

fn watcher(group: Addr, journal: Journal) -> Blueprint {
    ActorGroup::new().exec(move |mut ctx| {
        let journal = journal.clone();
        async move {
            let _ = ctx.send_to(group, SubscribeToActorStatuses::default()).await;
            while let Some(envelope) = ctx.recv().await {
                msg!(match envelope {
                    ActorStatusReport { status, .. } => {
                        if status.kind() == ActorStatusKind::Failed {
                            journal.record(Entry::Noticed("ActorStatusKind::Failed"));
                        }
                    }
                });
            }
        }
    })
}

impl Actor {
    fn message(&self, job: Job) -> Perform {
        Perform { key: self.key.clone(), job: job.into() }
    }
}

impl NativeActor for Actor {
    async fn tell(&self, job: Job) -> Result<(), Said> {
        let send = self.client.context.send_to(self.group, self.message(job));
        self.client.scope().within(send).await.map_err(|_| Said("SendError"))
    }

    fn try_tell(&self, job: Job) -> Result<(), Said> {
        let send = || self.client.context.try_send_to(self.group, self.message(job));
        self.client.scope().sync_within(send).map_err(|error| match error {
            TrySendError::Full(_) => Said("TrySendError::Full"),
            TrySendError::Closed(_) => Said("TrySendError::Closed"),
        })
    }

    // ANCHOR: ask
    async fn ask(&self, job: Job) -> Result<u64, Said> {
        let request = self.client.context.request_to(self.group, self.message(job));
        let done = self.client.scope().within(request.resolve()).await.map_err(said)?;
        Ok(*done.take().expect("each reply is taken once"))
    }
    // ANCHOR_END: ask

    fn pass_bound(&self, job: Job) -> bool {
        let send = || self.client.context.unbounded_send_to(self.group, self.message(job));
        self.client.scope().sync_within(send).is_ok()
    }

    async fn stop(&self) {
        let send = self.client.context.send_to(self.group, Terminate::default());
        let _ = self.client.scope().within(send).await;
    }

    fn ping(&self) -> Option<Wait> {
        let (client, group) = (self.client.clone(), self.group);
        Some(Box::pin(async move {
            let ping = client.context.request_to(group, Ping::default());
            let _ = client.scope().within(ping.resolve()).await;
        }))
    }

    async fn find(&self, name: &str) -> Option<Self> {
        Some(Self { key: name.to_owned(), ..self.clone() })
    }
}

fn said(error: RequestError) -> Said {
    Said(match error {
        RequestError::Failed => "RequestError::Failed",
        RequestError::Ignored => "RequestError::Ignored",
    })
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actor").field("key", &self.key).finish_non_exhaustive()
    }
}

const BEHAVIOURS: Behaviours = Behaviours {
    default_mailbox: DefaultMailbox::Bounded(100),
    bound: InPool::no(MailboxBound::Exact),
    bound_passed: Passed::LeavesWider,
    tell_when_full: InPool::no(FullTell::Waits),
    try_tell_when_full: Sees::errors("TrySendError::Full", KvError::Overloaded),
    tell_dropped: DroppedTell::NotSent,
    ask_sent: AskSent::FirstPoll,
    ask_dropped: DroppedAsk::StillDone,
    reply_dropped: ReplyDropped::KeptByAsker,
    reentrant: Reentrancy::OneByOne,
    order_of_one: Order::AsSent,
    order_of_two: Order::AsSent,
    order_of_wave: Order::AsSent,
    stop_queue: Queue::Done,
    stop_queued_ask: Sees::but_ours_answers(Sees::ANSWER),
    stop_late_ask: Sees::but_ours_answers("RequestError::Failed"),
    stop_dead_ask: Sees::errors("RequestError::Failed", KvError::Stopped),
    stop_dead_tell: Sees::errors("SendError", KvError::Stopped),
    stop_dead_try_tell: Sees::errors("TrySendError::Closed", KvError::Stopped),
    stop_waiting: Waiting::FinishedFirst,
    stop_handed_on: Waiting::Outlives,
    stop_itself: Queue::Lost,
    stop_without_drain: HastyStop::NoCall,
    wait_for_end: Ends::NO_CALL,
    handles_dropped: EveryHandleDropped::RunsForEver,
    timer_and_handles_dropped: EveryHandleDropped::RunsForEver,
    kill: HowKilled::NoCall,
    kill_queue: Queue::NoCall,
    kill_running_ask: Sees::errors("no such call", KvError::ReplyLost),
    kill_queued_ask: Sees::errors("no such call", KvError::Stopped),
    panic_ask: Sees::errors("RequestError::Ignored", KvError::ReplyLost),
    panic_queued_ask: Sees::errors("RequestError::Failed", KvError::Stopped),
    panic_queue: Queue::Lost,
    panic_alive: InPool::no(Alive::NoCall),
    panic_dead_ask: Sees::errors(Sees::NEW_ACTOR, KvError::Stopped),
    death_notice: Notice::Says("ActorStatusKind::Failed"),
    restart: InPool::no(Restart::AfterPanic),
    restart_stopped: InPool::no(Stopped::Ends),
    restart_state: InPool::no(Kept::Lost),
    restart_queue: InPool::no(Queue::Lost),
    restart_queued_ask: Sees::errors("RequestError::Failed", KvError::Stopped),
    restart_queued_ask_of_parent: Gets::NoCall,
    restart_handle: InPool::no(Kept::Kept),
    restart_name: InPool::no(Kept::Kept),
    home: InPool::no(Home::Runtime),
    blocking: InPool::no(Blocking::OneWorker),
    timer: Timer::BetweenMessages,
    names: Names::OnDemand,
    name_of_dead: NameOfDead::NewActor,
    named_and_handles_dropped: EveryHandleDropped::RunsForEver,
    stuck: InPool::no(Stuck::NoAnswer),
};
