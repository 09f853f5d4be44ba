//! The cast of a block: the backends that take part.

use std::rc::Rc;
use std::sync::Arc;

use kv_backends::Visitor;
use kv_core::{Backend, Config, Placement, Promise};
use kv_workload::{Contestant, Kind, Lane, Plan, RunError, Stage, enter};
use serde::{Deserialize, Serialize};

use super::assignment::Block;
use super::run::{CompareError, check_names};

/// A part in a block: a backend, and its role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The part's label in tables.
    pub label: String,
    /// The backend's name.
    pub backend: String,
    /// Whether the part is the baseline, with which the others are compared.
    pub baseline: bool,
    /// Whether the part is a control: it shows what the others cost, or how fine the measurement is.
    pub control: bool,
    /// Whether the clients are inside the framework.
    pub inside: bool,
}

/// The cast of a block, of which `only` selects some.
#[must_use]
pub fn cast_of(block: &Block, only: &[String]) -> Vec<Part> {
    cast(block.lane(), block.workload().kind, block.has_side_rows(), only)
}

/// The cast: every backend that can play the workload on the lane, and plain tokio a second time. A selection of
/// backends never leaves out the baseline. With `side_rows`, the first backends play too, and
/// a backend whose framework has an inside plays a second time, with its clients there. A first backend that is named
/// plays everywhere.
#[must_use]
pub fn cast(lane: Lane, kind: Kind, side_rows: bool, only: &[String]) -> Vec<Part> {
    let mut parts = Vec::new();
    for backend in kv_backends::all() {
        let name = backend.name;
        let control = name == "mutex";
        let baseline = name == "tokio";
        if lane == Lane::Ct && backend.placement == Placement::OwnThreads {
            continue;
        }
        if kind == Kind::Spawn && !backend.per_key {
            continue;
        }
        if kind == Kind::Restart && !backend.promises.contains(&Promise::Restarts) {
            continue;
        }
        let named = only.iter().any(|wanted| wanted == name);
        if !only.is_empty() && !control && !baseline && !named {
            continue;
        }
        if backend.whole.is_some() && !side_rows && !named {
            continue;
        }
        let part =
            Part { label: name.to_owned(), backend: name.to_owned(), baseline, control, inside: false };
        parts.push(part.clone());
        if baseline {
            let label = "tokio (A/A)".to_owned();
            parts.push(Part { label, baseline: false, control: true, ..part.clone() });
        }
        if backend.inside && side_rows && kind == Kind::Traffic {
            parts.push(Part { label: format!("{name} (inside)"), inside: true, ..part });
        }
    }
    parts
}

/// Refuses a backend that was asked for by name and plays in none of these tables. For a backend that plays in some of
/// them, it only reports the others.
///
/// # Errors
/// [`CompareError::Unknown`] for a name that no backend has, [`CompareError::NotPlayed`].
pub(crate) fn check_cast(names: &[String], tables: &[(Lane, Kind)]) -> Result<(), CompareError> {
    check_names(names)?;
    for name in names {
        let named = std::slice::from_ref(name);
        let missing = |table: &&(Lane, Kind)| {
            !cast(table.0, table.1, false, named).iter().any(|part| part.backend == *name)
        };
        let mut missing: Vec<_> =
            tables.iter().filter(missing).map(|&(lane, kind)| why_not(name, lane, kind)).collect();
        let everywhere = missing.len() == tables.len();
        missing.dedup();
        match missing.first() {
            Some(why) if everywhere => {
                return Err(CompareError::NotPlayed { backend: name.clone(), why: why.clone() });
            }
            _ => missing.iter().for_each(|why| eprintln!("audition: not in all tables: {name}, which {why}")),
        }
    }
    Ok(())
}

/// The reason why a backend that exists has no part in a table.
fn why_not(name: &str, lane: Lane, kind: Kind) -> String {
    let restarts =
        kv_backends::describe(name).is_ok_and(|backend| backend.promises.contains(&Promise::Restarts));
    if kind == Kind::Spawn {
        "has no actor per key to spawn".to_owned()
    } else if kind == Kind::Restart && !restarts {
        "does not promise to restart its actors".to_owned()
    } else {
        format!("has threads of its own and cannot play on the lane {lane}")
    }
}

/// A contestant at work, and its threads.
pub struct Player {
    /// The contestant.
    pub contestant: Box<dyn Contestant>,
    /// The contestant's threads, as tables show them.
    pub threads: String,
}

/// Starts the backend of a part, with the threads that the lane allows.
///
/// # Errors
/// [`RunError`] when the backend does not start, or has not stored the keys that it was given.
pub fn start(part: &Part, block: &Block, plan: &Arc<Plan>) -> Result<Player, RunError> {
    let start = Start { part, block, plan };
    match kv_backends::with(&part.backend, start) {
        Ok(player) => player,
        Err(unknown) => unreachable!("the cast is made from the list: {unknown}"),
    }
}

struct Start<'a> {
    part: &'a Part,
    block: &'a Block,
    plan: &'a Arc<Plan>,
}

impl Visitor for Start<'_> {
    type Output = Result<Player, RunError>;

    fn visit<B: Backend>(self) -> Self::Output {
        let config = kv_workload::config(self.plan.workload(), self.block.mailbox());
        let (stage, threads) = stage::<B>(self.block.lane(), &config)?;
        let mailbox = self.block.mailbox();
        let mut contestant = enter::<B>(&self.part.label, Rc::new(stage), Arc::clone(self.plan), mailbox)?;
        if self.part.inside {
            contestant.play_inside();
        }
        Ok(Player { contestant, threads })
    }
}

/// The runtime on which a backend plays, and its threads as tables show them.
///
/// # Errors
/// The errors of [`Stage::new`].
pub fn stage<B: Backend>(lane: Lane, config: &Config) -> Result<(Stage, String), RunError> {
    Ok(match (lane, B::PLACEMENT) {
        // Actors that live on a `LocalSet` have their clients there, whatever the lane: such a placement is what the
        // row shows.
        (lane, Placement::LocalSet) => {
            let shared = if lane == Lane::Ct { "1" } else { "1, clients on the actor's arbiter" };
            (Stage::new(Lane::Ct)?, shared.to_owned())
        }
        (Lane::Ct, _) => (Stage::new(Lane::Ct)?, "1".to_owned()),
        (lane, _) => {
            let stage = Stage::for_backend::<B>(lane, config)?;
            let own = B::own_threads(config);
            let own = if own > 0 { format!(" + {own} of its own") } else { String::new() };
            let workers = if let Lane::Mt { workers } = stage.lane() { workers } else { 1 };
            (stage, format!("{workers}{own}"))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(lane: Lane, only: &[&str]) -> Vec<String> {
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        cast(lane, Kind::Traffic, false, &only).into_iter().map(|part| part.label).collect()
    }

    #[test]
    fn every_table_has_its_controls() {
        assert_eq!(labels(Lane::Ct, &["elfo"]), ["mutex", "tokio", "tokio (A/A)", "elfo"]);
    }

    #[test]
    fn the_first_backends_play_where_they_are_named_and_restart_only_if_they_promise_it() {
        assert!(!labels(Lane::Ct, &[]).iter().any(|label| label.ends_with("-first")));
        let all = cast(Lane::Ct, Kind::Traffic, true, &[]);
        for first in kv_backends::firsts() {
            let part = |name: &str| all.iter().position(|part| part.backend == name);
            assert!(part(first.name).is_some(), "{} plays where the firsts do", first.name);
        }
        assert!(all.iter().any(|part| part.label == "elfo (inside)" && part.inside));
        let pair = ["kameo", "kameo-first"];
        assert_eq!(labels(Lane::Ct, &pair), ["mutex", "tokio", "tokio (A/A)", "kameo-first", "kameo"]);
        let names: Vec<String> = pair.map(str::to_owned).to_vec();
        let restarted = cast(Lane::Ct, Kind::Restart, true, &names);
        assert!(!restarted.iter().any(|part| part.backend == "kameo-first"));
    }

    #[test]
    fn a_backend_that_was_asked_for_plays_somewhere_or_the_run_is_refused() {
        let mt = Lane::Mt { workers: 2 };
        let check = |name: &str, tables: &[(Lane, Kind)]| {
            check_cast(&[name.to_owned()], tables).map_err(|error| error.to_string())
        };
        let refused = check("actix", &[(Lane::Ct, Kind::Traffic), (Lane::Ct, Kind::Spawn)]);
        assert_eq!(refused, Err("actix has threads of its own and cannot play on the lane ct".to_owned()));
        assert!(check("mutex", &[(mt, Kind::Spawn)]).expect_err("it has no actors").contains("per key"));
        assert_eq!(check("actix", &[(Lane::Ct, Kind::Traffic), (mt, Kind::Traffic)]), Ok(()));
        assert_eq!(check("kameo", &[(Lane::Ct, Kind::Spawn)]), Ok(()));
        assert_eq!(check("kameo-first", &[(Lane::Ct, Kind::Traffic)]), Ok(()));
        let refused = check("kameo-first", &[(Lane::Ct, Kind::Restart)]).expect_err("it promises none");
        assert!(refused.contains("does not promise to restart"), "{refused}");
        assert!(check("akka", &[(Lane::Ct, Kind::Traffic)]).expect_err("unknown").contains("no backend"));
    }

    #[test]
    fn who_has_no_actor_per_key_spawns_none() {
        let spawning = cast(Lane::Ct, Kind::Spawn, true, &[]);
        assert!(
            spawning.iter().all(|part| part.backend != "mutex") && spawning.iter().any(|part| part.baseline)
        );
    }

    #[test]
    fn a_backend_with_threads_of_its_own_is_not_in_the_one_thread_lane() {
        assert!(!labels(Lane::Ct, &[]).contains(&"actix".to_owned()));
        let both = labels(Lane::Mt { workers: 2 }, &[]);
        assert!(both.contains(&"actix".to_owned()) && both.contains(&"actix-local".to_owned()));
    }
}
