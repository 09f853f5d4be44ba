//! A client's line in `CLIENT LIST`.

use std::fmt::Write;

use kv_resp::Protocol;
use tokio::time::Instant;

use super::{Client, State};

impl Client {
    /// The line that `CLIENT LIST` and `CLIENT INFO` of Redis 7.0 print, without its end. What has no counterpart here
    /// has the value that Redis prints when there is none: no descriptor is -1, no memory is 0.
    pub(crate) fn line(&self, now: Instant) -> String {
        let state = self.state();
        let backlog = self.backlog.lock();
        let (things, waiting, output) = (backlog.len(), backlog.bytes(), backlog.output_bytes());
        drop(backlog);
        let mut line = String::with_capacity(320);
        // Writing to a string cannot fail.
        let _ = write!(
            line,
            "id={id} addr={peer} laddr={local} fd=-1 name={name} age={age} idle={idle} flags={flags} db=0 \
             sub={sub} psub={psub} ssub=0 multi={multi} qbuf={qbuf} qbuf-free={room} argv-mem=0 multi-mem=0 \
             rbs=0 rbp=0 obl={obl} oll={oll} omem={omem} tot-mem={total} events={events} cmd={command} \
             user=default redir=-1 resp={resp}",
            id = self.id,
            peer = self.peer,
            local = self.local,
            name = state.name,
            age = now.saturating_duration_since(self.created).as_secs(),
            idle = now.saturating_duration_since(state.active).as_secs(),
            flags = flags(&state),
            sub = state.channels,
            psub = state.patterns,
            multi = state.queued.map_or_else(|| "-1".to_owned(), |queued| queued.to_string()),
            qbuf = state.input_bytes,
            room = state.input_room,
            obl = output,
            oll = things,
            omem = waiting,
            total = state.input_bytes + state.input_room + waiting,
            events = if waiting > 0 { "rw" } else { "r" },
            command = if state.command.is_empty() { "NULL" } else { state.command },
            resp = match state.protocol {
                Protocol::Resp2 => 2,
                Protocol::Resp3 => 3,
            },
        );
        line
    }
}

/// Redis's letters for the states of a client; `N` for nothing special.
fn flags(state: &State) -> String {
    let letters =
        [('P', state.channels + state.patterns > 0), ('x', state.queued.is_some()), ('e', state.no_evict)];
    let flags: String = letters.into_iter().filter_map(|(letter, holds)| holds.then_some(letter)).collect();
    if flags.is_empty() { "N".to_owned() } else { flags }
}
