//! The commands of publish and subscribe.

use super::{HELP, LOCAL};
use crate::{Flags, Group, Local, Spec};

const fn spec(name: &'static str, arity: i32, local: Local) -> Spec {
    Spec::local(name, arity, Group::PubSub, local).flags(LOCAL.with(Flags::PUBSUB))
}

/// A subcommand of `PUBSUB`.
const fn ask(name: &'static str, arity: i32, local: Local) -> Spec {
    spec(name, arity, local).flags(HELP.with(Flags::PUBSUB))
}

pub(super) const COMMANDS: &[Spec] = &[
    spec("psubscribe", -2, Local::PSubscribe)
        .syntax("pattern [pattern ...]")
        .cost("O(N) with N patterns")
        .doc("2.0.0", "Listens to all channels whose names match a pattern."),
    spec("publish", 3, Local::Publish)
        .flags(HELP.with(Flags::PUBSUB).with(Flags::FAST))
        .syntax("channel message")
        .cost("O(N+M) with N listeners of the channel and M patterns")
        .doc("2.0.0", "Sends a message to all who listen to a channel."),
    Spec::container("pubsub", Group::PubSub, PUBSUB).doc("2.8.0", "Tells who listens to what."),
    spec("punsubscribe", -1, Local::PUnsubscribe)
        .syntax("[pattern [pattern ...]]")
        .cost("O(N) with N patterns")
        .doc("2.0.0", "Stops listening to patterns, to all if none is named."),
    spec("subscribe", -2, Local::Subscribe)
        .syntax("channel [channel ...]")
        .cost("O(N) with N channels")
        .doc("2.0.0", "Listens to channels."),
    spec("unsubscribe", -1, Local::Unsubscribe)
        .syntax("[channel [channel ...]]")
        .cost("O(N) with N channels")
        .doc("2.0.0", "Stops listening to channels, to all if none is named."),
];

const PUBSUB: &[Spec] = &[
    ask("pubsub|channels", -2, Local::PubSubChannels)
        .syntax("[pattern]")
        .cost("O(N) with N channels")
        .doc("2.8.0", "The channels that have a subscriber."),
    Spec::local("pubsub|help", 2, Group::PubSub, Local::Help)
        .flags(HELP)
        .doc("6.2.0", "Lists the subcommands."),
    ask("pubsub|numpat", 2, Local::PubSubNumPat).doc("2.8.0", "How many patterns have a subscriber."),
    ask("pubsub|numsub", -2, Local::PubSubNumSub)
        .syntax("[channel [channel ...]]")
        .cost("O(N) with N channels")
        .doc("2.8.0", "How many listen to each of the channels."),
];
