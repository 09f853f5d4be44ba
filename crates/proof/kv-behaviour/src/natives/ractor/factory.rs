//! ractor's `Factory` with one worker: a pool that replaces its workers and can limit its queue.

use std::time::Duration;

use ractor::concurrency::oneshot;
use ractor::factory::queues::DefaultQueue;
use ractor::factory::routing::QueuerRouting;
use ractor::factory::{
    DeadMansSwitchConfiguration, DiscardMode, DiscardSettings, FactoryArguments, FactoryMessage, FactoryRef,
    Job as Order, UpdateSettingsRequest, WorkerBuilder, WorkerId,
};
use ractor::{ActorProcessingErr, ActorRef, registry};

use super::{Message, alive, answer, not_spawned};
use crate::{Capacity, Job, Journal, NativeActor, Parent, Plan, Said, Spawns, Worker};

/// The factory, with nothing added.
#[derive(Debug)]
pub struct Factory;

/// A factory's address. The probe's jobs have no key, because there is one worker.
#[derive(Clone, Debug)]
pub struct Pool(FactoryRef<(), Message>);

impl Spawns for Factory {
    const NAME: &'static str = "Factory";
    type Actor = Pool;

    async fn spawn(plan: Plan) -> Result<Pool, Said> {
        if plan.parent == Parent::Watches || plan.timer.is_some() {
            return Err(Said::NO_SUCH_CALL);
        }
        let discard = match plan.mailbox {
            Capacity::Exactly(limit) => DiscardSettings::Static { limit, mode: DiscardMode::Newest },
            Capacity::Any | Capacity::Default => DiscardSettings::None,
        };
        let arguments = FactoryArguments::builder()
            .worker_builder(Box::new(Hands(plan.journal)))
            .router(QueuerRouting::default())
            .queue(DefaultQueue::default())
            .discard_settings(discard)
            .build();
        let factory = ractor::factory::Factory::<(), Message, Journal, Hand, _, _>::default();
        let (pool, _) = ractor::Actor::spawn(plan.name, factory, arguments).await.map_err(not_spawned)?;
        Ok(Pool(pool))
    }
}

/// Makes the worker, at first and after each end of one.
struct Hands(Journal);

impl WorkerBuilder<Hand, Journal> for Hands {
    fn build(&mut self, _: WorkerId) -> (Hand, Journal) {
        (Hand, self.0.clone())
    }
}

/// The pool's worker.
struct Hand;

impl ractor::factory::Worker for Hand {
    type Key = ();
    type Message = Message;
    type Arguments = Journal;
    type State = Worker;

    async fn pre_start(
        &self,
        _: WorkerId,
        _: &ActorRef<FactoryMessage<(), Message>>,
        journal: Journal,
    ) -> Result<Worker, ActorProcessingErr> {
        Ok(Worker::new(journal))
    }

    async fn handle(
        &self,
        _: WorkerId,
        _: &ActorRef<FactoryMessage<(), Message>>,
        order: Order<(), Message>,
        worker: &mut Worker,
    ) -> Result<(), ActorProcessingErr> {
        match order.msg {
            Message::Ask(job, reply) => {
                let _ = reply.send(worker.handle(job).await);
            }
            Message::Tell(job) => {
                worker.handle(job).await;
            }
            Message::Tick => worker.tick(),
        }
        Ok(())
    }
}

impl NativeActor for Pool {
    /// Waits until the factory has taken the job, or given it back.
    async fn tell(&self, job: Job) -> Result<(), Said> {
        let (accepted, answer) = oneshot();
        let order = Order::builder().key(()).msg(Message::Tell(job)).accepted(accepted.into()).build();
        self.0.dispatch_job(order).map_err(|_| Said("SendErr"))?;
        match answer.await {
            Ok(None) => Ok(()),
            Ok(Some(_)) => Err(Said("the job, given back")),
            Err(_) => Err(Said("RecvError")),
        }
    }

    fn try_tell(&self, job: Job) -> Result<(), Said> {
        self.0.dispatch((), Message::Tell(job)).map_err(|_| Said("SendErr"))
    }

    async fn ask(&self, job: Job) -> Result<u64, Said> {
        let called = self.0.call_job((), |reply| Message::Ask(job, reply), None).await;
        answer(called.map_err(super::said)?)
    }

    async fn stop(&self) {
        let _ = self.0.drain_requests();
    }

    async fn find(&self, name: &str) -> Option<Self> {
        Some(Self(registry::where_is(name)?.into()))
    }

    fn alive(&self) -> Option<bool> {
        Some(alive(self.0.get_status()))
    }

    fn end_if_stuck(&self, patience: Duration) -> bool {
        let switch = DeadMansSwitchConfiguration::builder().detection_timeout(patience).build();
        let settings = UpdateSettingsRequest::builder().dead_mans_switch(Some(switch)).build();
        self.0.update_settings(settings).is_ok()
    }
}
