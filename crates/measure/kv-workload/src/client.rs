//! A client: the loops that are inside the measured time.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_util::future::MaybeDone;
use kv_core::{Command, Handle, KvError, Reply};
use tokio::sync::Barrier;

use crate::answers::Answer;
use crate::window::{Times, play_schedule};

/// The pace at which a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// One ask at a time: each waits for the reply to the one before.
    Asks,
    /// That many asks at once, followed by a wait for all of them.
    Waves(usize),
    /// All tells, followed by the ask that is the fence.
    Tells,
}

/// A leg: commands to send in a row, and the ask that follows tells.
#[derive(Debug, Default)]
pub(crate) struct Phase {
    pub(crate) commands: Vec<Command>,
    pub(crate) fence: Option<Command>,
}

/// The script of a client: what it plays in a slice, and the answers that it gets. The vectors go back and forth
/// between slices, so that the time does not contain the first touch of fresh memory.
#[derive(Debug, Default)]
pub(crate) struct ClientRun {
    pub(crate) warm: Phase,
    pub(crate) timed: Phase,
    pub(crate) answers: Vec<Answer>,
    /// The times from the start at which the timed commands are due, if they follow a schedule.
    pub(crate) schedule: Vec<Duration>,
    pub(crate) times: Vec<Times>,
}

/// The times at which a client began and ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) start: Instant,
    pub(crate) end: Instant,
}

/// A call that failed, and the number of answers before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed {
    pub(crate) op: usize,
    pub(crate) error: KvError,
}

/// Plays the warm-in, waits at the barrier for the other clients, and plays the timed leg.
pub(crate) async fn play<H: Handle>(
    handle: H,
    mut script: ClientRun,
    pace: Pace,
    barrier: Arc<Barrier>,
) -> Result<(ClientRun, Span), Failed> {
    let ClientRun { warm, timed, answers, schedule, times } = &mut script;
    // The vectors get room for all answers and all asks on their way before the clock starts.
    answers.clear();
    answers.reserve(warm.commands.len() + timed.commands.len() + 2);
    let ask = |command| handle.ask(command);
    let mut slots = slots(pace, &ask);
    play_leg(&handle, ask, &mut slots, warm, pace, answers).await?;
    times.clear();
    times.reserve(schedule.len());
    barrier.wait().await;
    let start = Instant::now();
    if schedule.is_empty() {
        play_leg(&handle, ask, &mut slots, timed, pace, answers).await?;
    } else {
        play_schedule(&handle, &mut timed.commands, schedule, start, answers, times).await?;
    }
    let end = Instant::now();
    drop(slots);
    Ok((script, Span { start, end }))
}

/// A place for an ask on its way. It is boxed once and used again for wave after wave: `FuturesUnordered` would
/// allocate for every command, and that would be the harness's cost and not the framework's.
type Slot<F> = Pin<Box<MaybeDone<F>>>;

/// Places for one wave. The function is not called; its type says what kind of future they are for.
fn slots<F: Future>(pace: Pace, _: &impl Fn(Command) -> F) -> Vec<Slot<F>> {
    match pace {
        Pace::Asks | Pace::Tells => Vec::new(),
        Pace::Waves(depth) => (0..depth).map(|_| Box::pin(MaybeDone::Gone)).collect(),
    }
}

async fn play_leg<H: Handle, F: Future<Output = Result<Reply, KvError>>>(
    handle: &H,
    ask: impl Fn(Command) -> F,
    slots: &mut [Slot<F>],
    leg: &mut Phase,
    pace: Pace,
    answers: &mut Vec<Answer>,
) -> Result<(), Failed> {
    match pace {
        Pace::Asks => {
            for command in leg.commands.drain(..) {
                push(answers, ask(command).await)?;
            }
        }
        Pace::Waves(_) => play_waves(ask, slots, &mut leg.commands, answers).await?,
        Pace::Tells => {
            for (op, command) in leg.commands.drain(..).enumerate() {
                handle.tell(command).await.map_err(|error| Failed { op, error })?;
            }
        }
    }
    match leg.fence.take() {
        Some(fence) => push(answers, handle.ask(fence).await),
        None => Ok(()),
    }
}

/// Plays waves: each polls every ask once, in order, which sends it or queues it up for room, and then waits for the
/// replies in the same order.
async fn play_waves<F: Future<Output = Result<Reply, KvError>>>(
    ask: impl Fn(Command) -> F,
    slots: &mut [Slot<F>],
    commands: &mut Vec<Command>,
    answers: &mut Vec<Answer>,
) -> Result<(), Failed> {
    let mut commands = commands.drain(..);
    loop {
        let mut filled = 0;
        for (slot, command) in slots.iter_mut().zip(commands.by_ref()) {
            slot.set(MaybeDone::Future(ask(command)));
            filled += 1;
        }
        if filled == 0 {
            return Ok(());
        }
        let wave = &mut slots[..filled];
        poll_fn(|context| {
            for slot in &mut *wave {
                // The slot keeps the result if the poll was ready.
                let _ = slot.as_mut().poll(context);
            }
            Poll::Ready(())
        })
        .await;
        for slot in wave {
            slot.as_mut().await;
            let reply = slot.as_mut().take_output().expect("a slot that was awaited is done");
            push(answers, reply)?;
        }
    }
}

#[inline]
pub(crate) fn push(answers: &mut Vec<Answer>, reply: Result<Reply, KvError>) -> Result<(), Failed> {
    let answer = match reply {
        Ok(reply) => Ok(reply),
        Err(KvError::Command(refused)) => Err(refused),
        Err(error) => return Err(Failed { op: answers.len(), error }),
    };
    answers.push(answer);
    Ok(())
}
