//! The pools of workers that some frameworks bring along, asked beside the actor.

use std::fmt;

use crate::{Job, Native, NativeActor, Plan, Said, Spawns};

/// The answer of an actor, and, if the framework has a pool, the answer of a worker in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InPool<T> {
    /// The actor's answer.
    pub actor: T,
    /// The pool's name and its worker's answer.
    pub pool: Option<(&'static str, T)>,
}

impl<T> InPool<T> {
    /// The answer of an actor whose framework has no pool.
    #[must_use]
    pub const fn no(actor: T) -> Self {
        Self { actor, pool: None }
    }

    /// The answer of an actor, and that of a worker in the pool of this name.
    #[must_use]
    pub const fn and(actor: T, pool: &'static str, worker: T) -> Self {
        Self { actor, pool: Some((pool, worker)) }
    }

    /// Asks the actor, and, if the framework has a pool, a worker in it.
    pub(crate) fn observe<N: Native>(actor: fn() -> T, worker: fn() -> T) -> Self {
        let pool = <N::Pool as Spawns>::NAME;
        Self { actor: actor(), pool: (pool != NoPool::NAME).then(|| (pool, worker())) }
    }
}

impl<T: fmt::Display + PartialEq> fmt::Display for InPool<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.actor)?;
        match &self.pool {
            Some((pool, worker)) if *worker != self.actor => write!(f, "; in a `{pool}`: {worker}"),
            _ => Ok(()),
        }
    }
}

/// The pool of a framework that brings none along.
#[derive(Debug)]
pub struct NoPool;

impl Spawns for NoPool {
    const NAME: &'static str = "no pool";
    type Actor = NoActor;

    async fn spawn(_: Plan) -> Result<NoActor, Said> {
        Err(Said::NO_SUCH_CALL)
    }
}

/// The address of an actor that cannot be.
#[derive(Clone, Debug)]
pub enum NoActor {}

impl NativeActor for NoActor {
    async fn tell(&self, _: Job) -> Result<(), Said> {
        match *self {}
    }

    fn try_tell(&self, _: Job) -> Result<(), Said> {
        match *self {}
    }

    async fn ask(&self, _: Job) -> Result<u64, Said> {
        match *self {}
    }

    async fn stop(&self) {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_is_named_where_its_worker_answers_otherwise() {
        assert_eq!(InPool::no("yes").to_string(), "yes");
        assert_eq!(InPool::and("yes", "Factory", "yes").to_string(), "yes");
        assert_eq!(InPool::and("yes", "Factory", "no").to_string(), "yes; in a `Factory`: no");
    }
}
