//! The catalogue of workloads: what each models, and why it is here.
//!
//! The `twitter-N` entries take key size, value size, operation mix and Zipf alpha of cluster N from the per-cluster
//! statistics published with Yang, Yue and Vinayak, "A large scale analysis of hundreds of in-memory cache clusters at
//! Twitter", OSDI 2020 (twitter/cache-trace, CC-BY 4.0). The working set is scaled down, from millions of keys to
//! 4,000: the comparison is about the way to the actor, not about the machine's caches. Keys are drawn independently of
//! each other; expiry, bursts and one-hit wonders are what [`crate::trace`] is for.

use crate::{Distribution, Kind, Mix, Profile, Verb, Workload};

/// The fields that most entries have in common: the YCSB defaults of this catalogue.
const YCSB: Workload = Workload {
    id: "",
    title: "",
    kind: Kind::Traffic,
    models: "",
    why: "",
    analysis: "What a command costs here is what `rtt` shows, with the store's own time beside it",
    clients: 8,
    depth: 1,
    keys: 1_000,
    key_bytes: 23,
    value_bytes: 100,
    mix: Mix::get_set(1, 0),
    work_ns: None,
    distribution: Distribution::Zipf(0.99),
    verb: Verb::Ask,
    shards: 1,
    profile: Profile::Quick,
    unbounded: false,
};

const TWITTER: Workload = Workload { keys: 4_000, ..YCSB };

const YCSB_B: Workload = Workload {
    id: "ycsb-b",
    title: "95 % reads",
    models: "YCSB core workload B (photo tagging): 95/5 read/update, zipf 0.99, 1,000 records; \
             one 100-byte field each",
    analysis: "As `rtt`, with eight clients who share the wake-ups: an actor that has several messages waiting does not \
             go to sleep between them",
    why: "the usual read-mostly store, and the default to compare by",
    mix: Mix::get_set(95, 5),
    unbounded: true,
    ..YCSB
};

const YCSB_C: Workload = Workload {
    id: "ycsb-c",
    title: "reads only",
    models: "YCSB core workload C (profile cache): read only, zipf 0.99, 1,000 records; \
             one 100-byte field each",
    analysis: "As `ycsb-b`, with nothing written: the largest share of the framework in what is measured",
    mix: Mix::get_set(100, 0),
    ..YCSB
};

/// The fields of the entries whose handlers compute: the YCSB defaults with work.
const WORK: Workload = Workload {
    analysis: "On one thread the framework's part is added to the work and does not change with it. On several, callers of \
               the mutex wait for each other by blocking, and callers of an actor as tasks: with enough of both, the actor wins",
    models: "a handler that parses, decides or renders before it answers, over YCSB core workload C",
    why: "where the cost of carrying a command stops to matter, and where a lock begins to cost more than an actor",
    profile: Profile::Full,
    ..YCSB_C
};

const TWITTER_23: Workload = Workload {
    id: "twitter-23",
    title: "a third each of reads, sets, increments",
    models: "Twitter cluster 23: key 35 B, value 224 B, get 0.36 set 0.31 incr 0.30 delete 0.02, alpha 0.274",
    why: "counting beside caching: a third of all commands read and write in one message",
    key_bytes: 35,
    value_bytes: 224,
    mix: Mix { get: 36, set: 31, delete: 2, increment: 30, append: 0 },
    distribution: Distribution::Zipf(0.274),
    ..TWITTER
};

static CATALOGUE: &[Workload] = &[
    Workload {
        id: "rtt",
        title: "one client, one ask at a time",
        models: "an idle system: the unloaded round trip (Savina's ping-pong, with a store at the other end)",
        analysis: "What one message takes. tokio: a oneshot. kameo: the message boxed as `dyn DynMessage`, the handler's \
             future boxed (`handle_dyn`), the reply boxed as `dyn Any` and cast back. ractor: the message boxed as `dyn Any`, \
             a span entered, and a select over four ports before each message and over the kill signal during it. elfo: \
             an envelope, a routing step, and a table of open requests behind a lock, for requests may go to several \
             actors. actix: an envelope, a node of the mailbox's list and a oneshot",
        why: "the cost of one ask when nothing else is there to share it; all wake-ups show",
        clients: 1,
        key_bytes: 16,
        value_bytes: 32,
        mix: Mix::get_set(100, 0),
        unbounded: true,
        ..YCSB
    },
    Workload {
        id: "ycsb-a",
        title: "50 % reads",
        models: "YCSB core workload A (session store): 50/50 read/update, zipf 0.99, 1,000 records; \
             one 100-byte field each",
        analysis: "As `ycsb-b`. Every second value is made by the client and freed by the actor, which costs all the same, so \
             ratios are smaller",
        why: "as many writes as reads: values are carried both ways and freed on the actor's side",
        mix: Mix::get_set(50, 50),
        ..YCSB
    },
    YCSB_B,
    Workload {
        why: "the cheapest command, hence the largest share of the framework in what is measured",
        work_ns: Some(0),
        ..YCSB_C
    },
    Workload {
        id: "ycsb-f",
        title: "50 % atomic read-modify-write",
        models: "YCSB core workload F (user database): 50/50 read/read-modify-write, zipf 0.99, 1,000 records",
        why: "an actor does a read-modify-write in one message where YCSB's client needs a read and a write. The \
              record is a counter and the modification an increment, so values are short and reads are of counters",
        mix: Mix::get_increment(50, 50),
        ..YCSB
    },
    Workload {
        id: "pipe",
        title: "pipelined, 16 deep",
        models: "connections that pipeline, as Redis clients do: 4 of them, 16 asks in flight each, 95 % reads",
        analysis: "With sixteen asks on their way the wake-ups are shared, and what remains is paid per message: boxes and \
             copies. Hence ratios like those of a lone caller, at a lower cost",
        why: "one wake-up may carry many messages: shows what a framework pays per message and not per wake-up",
        clients: 4,
        depth: 16,
        key_bytes: 16,
        value_bytes: 32,
        mix: Mix::get_set(95, 5),
        unbounded: true,
        ..YCSB
    },
    Workload {
        id: "fanin",
        title: "256 clients on one actor",
        models: "a server with a task per connection and one actor behind them, 95 % reads",
        analysis: "256 tasks wait for replies, so each reply wakes another task: the runtime's queue of tasks is a larger \
             part of the cost than in the others. elfo's clients are an actor each, with a request table each",
        why: "contention at the mailbox: many senders, many waiting tasks, one receiver",
        clients: 256,
        key_bytes: 16,
        value_bytes: 32,
        mix: Mix::get_set(95, 5),
        unbounded: true,
        ..YCSB
    },
    Workload {
        id: "tell",
        title: "a flood of tells, fenced",
        models: "fire-and-forget writes (metrics, logs) from 4 producers (Savina's counting actor, with values)",
        analysis: "No reply, so no oneshot, no boxed reply, no waking of the caller. What is left is the \
             message and the mailbox, and in the bounded table the bound",
        why: "no replies: the mailbox alone. Ended by an ask whose reply is checked, so handled is what counts",
        clients: 4,
        key_bytes: 16,
        value_bytes: 32,
        mix: Mix::get_set(0, 100),
        distribution: Distribution::Uniform,
        verb: Verb::Tell,
        unbounded: true,
        ..YCSB
    },
    Workload {
        id: "concdict",
        title: "Savina's concurrent dictionary",
        models: "Savina's concdict: 20 workers, 10 % writes, uniform keys; its integers are 16-byte values here",
        why: "the one key-value benchmark that actor research has agreed on",
        clients: 20,
        key_bytes: 16,
        value_bytes: 16,
        mix: Mix::get_set(90, 10),
        distribution: Distribution::Uniform,
        ..YCSB
    },
    Workload {
        id: "ycsb-b-sharded",
        title: "95 % reads, 4 actors",
        models: "YCSB core workload B over a store split into 4 actors by the hash of the key",
        analysis: "The router is a hash and an index and costs the same for all. On one thread four actors are only more \
             wake-ups; on several they can run side by side, if there are processors for them",
        why: "what the router costs, and what a second core gives",
        shards: 4,
        unbounded: false,
        ..YCSB_B
    },
    Workload {
        id: "twitter-17",
        title: "almost all reads, very hot keys",
        models: "Twitter cluster 17: key 19 B, value 212 B, get 0.99, alpha 2.1106. The table names only the gets; the \
                 last percent is sets here",
        why: "the most skewed of the read-mostly clusters: about two of three reads hit one key",
        key_bytes: 19,
        value_bytes: 212,
        mix: Mix::get_set(99, 1),
        distribution: Distribution::Zipf(2.1106),
        ..TWITTER
    },
    Workload {
        id: "twitter-12",
        title: "80 % writes of 1 KiB",
        models: "Twitter cluster 12: key 44 B, value 1,030 B, set 0.80 get 0.20, alpha 0.3048",
        analysis: "A kilobyte is copied when it is written, by whoever makes it, so all backends come nearer to each other: the \
             framework's part is the same as in `ycsb-b`, of a larger whole",
        why: "writes of large values: allocation and memory traffic, next to which the message is small",
        key_bytes: 44,
        value_bytes: 1_030,
        mix: Mix::get_set(20, 80),
        distribution: Distribution::Zipf(0.3048),
        ..TWITTER
    },
    Workload {
        id: "twitter-14",
        profile: Profile::Full,
        title: "a fifth deletes",
        models: "Twitter cluster 14: key 96 B, value 414 B, get 0.65 delete 0.22 set 0.13, alpha 1.2959",
        why: "entries come and go, keys are long. Deletes outnumber sets, and draws are independent, so most \
              reads miss here, where the cluster itself misses 12 %",
        key_bytes: 96,
        value_bytes: 414,
        mix: Mix { get: 65, set: 13, delete: 22, increment: 0, append: 0 },
        distribution: Distribution::Zipf(1.2959),
        ..TWITTER
    },
    TWITTER_23,
    Workload {
        id: "twitter-23-sharded",
        title: "a third each of reads, sets, increments, 4 actors",
        models: "Twitter cluster 23 over a store split into 4 actors by the hash of the key",
        why: "the write-heavy counterpart of ycsb-b-sharded",
        shards: 4,
        profile: Profile::Full,
        ..TWITTER_23
    },
    Workload { id: "work-100ns", title: "0.1 us of work in the handler", work_ns: Some(100), ..WORK },
    Workload { id: "work-300ns", title: "0.3 us of work in the handler", work_ns: Some(300), ..WORK },
    Workload {
        id: "work-1us",
        title: "1 us of work in the handler",
        work_ns: Some(1_000),
        profile: Profile::Quick,
        ..WORK
    },
    Workload {
        id: "work-3us",
        title: "3 us of work in the handler",
        work_ns: Some(3_000),
        profile: Profile::Quick,
        ..WORK
    },
    Workload {
        id: "work-10us",
        title: "10 us of work in the handler",
        work_ns: Some(10_000),
        profile: Profile::Quick,
        ..WORK
    },
    Workload { id: "work-30us", title: "30 us of work in the handler", work_ns: Some(30_000), ..WORK },
    Workload {
        id: "work-10us-alone",
        title: "10 us of work in the handler, one client",
        clients: 1,
        work_ns: Some(10_000),
        profile: Profile::Quick,
        ..WORK
    },
    Workload {
        id: "work-10us-crowd",
        title: "10 us of work in the handler, 64 clients",
        clients: 64,
        work_ns: Some(10_000),
        profile: Profile::Quick,
        ..WORK
    },
    Workload {
        id: "spawn",
        title: "a new actor per command, one client",
        models: "one process per session, device or patient, as in Elixir: each appears with its first message",
        analysis: "What an actor is made of. tokio: a task and a channel, whose first block has room for 32 messages. \
                   kameo: the same, its links, and a table entry. ractor: two oneshots and two \
                   unbounded channels, each with a block of 32 places, a table entry and a link to a supervisor. actix: a \
                   context in a local task, and a mailbox that allocates per message. elfo: an object in the book of \
                   addresses, a mailbox and a task",
        why: "the time from a key that has no actor to the first reply of its actor: find none, spawn, register, answer",
        kind: Kind::Spawn,
        clients: 1,
        key_bytes: 16,
        value_bytes: 32,
        mix: Mix::get_set(0, 1),
        ..YCSB
    },
    Workload {
        id: "spawn-many",
        title: "new actors, 64 clients",
        models: "the same at a reconnect, when all sessions appear at once",
        why: "how many actors a second: a million divided by the time per command in microseconds",
        kind: Kind::Spawn,
        clients: 64,
        key_bytes: 16,
        value_bytes: 32,
        mix: Mix::get_set(0, 1),
        ..YCSB
    },
    Workload {
        id: "restart",
        title: "from a panic to the next reply",
        models: "an actor with a bug that its supervisor restarts",
        analysis: "Unwinding is the larger part, and the mutex pays it as well: it unwinds through its caller. The rest is how \
             the end is noticed: by a guard in the same task (tokio, actix), by a message to the parent (kameo, ractor), or by \
             the group (elfo)",
        why: "how long the actor is away: unwinding, the supervisor's notice, the new actor, the way back to it",
        kind: Kind::Restart,
        clients: 1,
        key_bytes: 16,
        value_bytes: 32,
        mix: Mix::get_set(1, 0),
        ..YCSB
    },
];

/// All workloads, in the order in which tables show them.
#[must_use]
pub fn catalogue() -> &'static [Workload] {
    CATALOGUE
}

/// The workload of that id.
#[must_use]
pub fn workload(id: &str) -> Option<&'static Workload> {
    CATALOGUE.iter().find(|workload| workload.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_can_be_played_and_says_what_it_is_for() {
        for (position, entry) in catalogue().iter().enumerate() {
            entry.check().expect("the catalogue is valid");
            assert!(!entry.title.is_empty() && !entry.models.is_empty() && !entry.why.is_empty());
            assert!(!entry.analysis.is_empty(), "{}", entry.id);
            let found = catalogue().iter().position(|other| other.id == entry.id);
            assert_eq!(found, Some(position), "{} is there twice", entry.id);
        }
    }

    #[test]
    fn nothing_is_found_under_another_name() {
        assert_eq!(workload("tell").map(|found| found.verb), Some(Verb::Tell));
        assert_eq!(workload("ycsb-z"), None);
    }
}
