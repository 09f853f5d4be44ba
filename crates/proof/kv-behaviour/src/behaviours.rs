//! The questions. This list is the one place to add one: declarations, tests and tables follow from it.

use std::fmt::Display;

use crate::answers::{
    Alive, AskSent, Blocking, DefaultMailbox, DroppedAsk, DroppedTell, Ends, EveryHandleDropped, FullTell,
    Gets, HastyStop, Home, HowKilled, Kept, MailboxBound, NameOfDead, Names, Notice, Order, Passed, Queue,
    Reentrancy, ReplyDropped, Restart, Sees, Stopped, Stuck, Timer, Waiting,
};
use crate::pool::InPool;
use crate::{Native, probes};

/// Gives the list to a macro: groups, which are the modules of [`probes`](crate::probes), and in each of them rows: the
/// probe's name, the type of the answer, the question.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_behaviour {
    ($callback:ident $(, $argument:ty)?) => {
        $crate::$callback! { $($argument)?;
            mailbox {
                default_mailbox: DefaultMailbox, "What does a mailbox hold by default?";
                bound: InPool<MailboxBound>, "Does a bound hold?";
                bound_passed: Passed, "Is there a call that passes the bound by?";
                tell_when_full: InPool<FullTell>, "What does a tell do about a full mailbox?";
                try_tell_when_full: Sees, "What does a full mailbox say to a tell that does not wait?";
                tell_dropped: DroppedTell, "What becomes of a tell that is dropped while it waits?";
            }
            asking {
                ask_sent: AskSent, "When is an ask sent?";
                ask_dropped: DroppedAsk, "Is an ask that was dropped in the queue still handled?";
                reply_dropped: ReplyDropped, "What becomes of the reply to an ask that was dropped?";
                reentrant: Reentrancy, "Is another message handled while a handler awaits?";
                order_of_one: Order, "In which order are the messages of one sender handled?";
                order_of_two: Order, "In which order are the messages of two senders who take turns handled?";
                order_of_wave: Order, "In which order are 300 asks that one task sends at once handled?";
            }
            stopping {
                stop_queue: Queue, "What becomes of queued messages on a graceful stop?";
                stop_queued_ask: Sees, "What does an ask get that is queued before a graceful stop?";
                stop_late_ask: Sees, "What does an ask get during a graceful stop?";
                stop_dead_ask: Sees, "What does an ask to a stopped actor get?";
                stop_dead_tell: Sees, "What does a tell to a stopped actor get?";
                stop_dead_try_tell: Sees, "What does a tell to a stopped actor get that does not wait?";
                stop_waiting: Waiting, "What becomes of a handler that awaits when its actor is stopped?";
                stop_handed_on: Waiting, "What becomes of a wait that a handler has handed on when its actor is stopped?";
                stop_itself: Queue, "What becomes of queued tells when a handler stops its own actor?";
                stop_without_drain: HastyStop, "Is there a stop that does not drain, short of a kill?";
                wait_for_end: Ends, "When does a call return that waits for an actor's end?";
                handles_dropped: EveryHandleDropped, "What does an actor do when all its handles are dropped?";
                timer_and_handles_dropped: EveryHandleDropped, "What does an actor with a timer do when all its handles are dropped?";
            }
            killing {
                kill: HowKilled, "Can an actor be killed in the middle of a handler?";
                kill_queue: Queue, "What becomes of queued messages on a kill?";
                kill_running_ask: Sees, "What does the ask get whose handler is killed?";
                kill_queued_ask: Sees, "What does a queued ask get on a kill?";
            }
            panicking {
                panic_ask: Sees, "What does the ask get whose handler panics?";
                panic_queued_ask: Sees, "What does an ask get that is queued behind a panic?";
                panic_queue: Queue, "What becomes of tells that are queued behind a panic?";
                panic_alive: InPool<Alive>, "What does a handle say about an actor that has panicked?";
                panic_dead_ask: Sees, "What does an ask get after a panic?";
                death_notice: Notice, "What is a watcher of the actor told?";
            }
            restarting {
                restart: InPool<Restart>, "What does the framework restart an actor after?";
                restart_stopped: InPool<Stopped>, "What becomes of an actor that is restarted, on a graceful stop?";
                restart_state: InPool<Kept>, "What becomes of the state over a restart after a panic?";
                restart_queue: InPool<Queue>, "What becomes of queued messages over a restart after a panic?";
                restart_queued_ask: Sees, "What does a queued ask get over a restart after a panic?";
                restart_queued_ask_of_parent: Gets, "What does a queued ask get over such a restart of an actor that has children?";
                restart_handle: InPool<Kept>, "What becomes of the handles over a restart after a panic?";
                restart_name: InPool<Kept>, "What becomes of the name over a restart after a panic?";
            }
            living {
                home: InPool<Home>, "Where does an actor run?";
                blocking: InPool<Blocking>, "Does a handler that blocks stall other actors?";
                timer: Timer, "Does a timer tick between the messages of a long queue?";
                names: Names, "Is an actor found by a name?";
                name_of_dead: NameOfDead, "What becomes of the name of an actor that has died?";
                named_and_handles_dropped: EveryHandleDropped, "What does an actor with a name do when all its handles are dropped?";
                stuck: InPool<Stuck>, "What shows that an actor is stuck?";
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! declare_behaviours {
    (; $($group:ident { $($row:ident: $answer:ty, $question:literal;)+ })+) => {
        /// The answers of a framework, observed or declared. A declaration that leaves a question out does not
        /// compile.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Behaviours { $($( #[doc = $question] pub $row: $answer, )+)+ }

        impl Behaviours {
            /// The answers as text, in the order of the tables.
            #[must_use]
            pub fn answers(&self) -> Vec<Answer> {
                vec![$($( Answer::new(stringify!($group), stringify!($row), $question, &self.$row), )+)+]
            }
        }

        /// Asks a framework all questions.
        ///
        /// # Panics
        /// When something hangs that must not.
        #[must_use]
        pub fn observe<N: Native>() -> Behaviours {
            Behaviours { $($( $row: probes::$group::$row::<N>(), )+)+ }
        }
    };
}

crate::for_each_behaviour!(declare_behaviours);

/// Makes a named test of every question, which compares what a framework does with what it declares.
#[macro_export]
macro_rules! behaviours {
    ($native:ty) => {
        $crate::for_each_behaviour!(behaviour_tests, $native);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! behaviour_tests {
    ($native:ty; $($group:ident { $($row:ident: $answer:ty, $question:literal;)+ })+) => { $($(
        #[test]
        fn $row() {
            let observed = $crate::probes::$group::$row::<$native>();
            let declared = <$native as $crate::Native>::BEHAVIOURS.$row;
            assert_eq!(observed, declared, "{}: observed {observed}; declared {declared}", $question);
        }
    )+)+ };
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The group that the question belongs to.
    pub group: &'static str,
    /// The question's short name, which is that of its probe and its test.
    pub row: &'static str,
    /// The question.
    pub question: &'static str,
    /// The answer.
    pub text: String,
}

impl Answer {
    fn new(group: &'static str, row: &'static str, question: &'static str, answer: &impl Display) -> Self {
        Self { group, row, question, text: answer.to_string() }
    }
}
