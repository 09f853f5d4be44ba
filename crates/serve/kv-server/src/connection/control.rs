//! The commands that the connection carries out itself.

use std::time::{Duration, Instant};

use kv_core::Backend;
use kv_resp::Request;

use super::{Connection, End};
use kv_commands::{Database, Failure, Found, Local, Shutdown, database, describe};

impl<B: Backend> Connection<B> {
    /// Carries out a command that is not for the backend. The pipeline is empty by then.
    pub(super) async fn run_local(
        &mut self,
        found: Found,
        local: Local,
        request: &Request,
    ) -> Result<(), End> {
        // A long pipeline of these commands never has to wait, so the budget gives other tasks a turn.
        tokio::task::consume_budget().await;
        let (start, began) = (self.output.len(), Instant::now());
        let muted = self.session.replies.is_muted();
        self.client.update(|state| state.command = found.spec.name);
        let answered = self.answer(found, local, request).await?;
        if let Err(failure) = answered {
            self.output().fail(Some(found.id), &failure);
        } else {
            self.output().carried_out(Some(found.id), start, began.elapsed());
        }
        // `CLIENT REPLY ON` is answered although replies were off before it. The confirmation of a subscription is the
        // first of its messages and no reply, so it is written although replies are off.
        if muted && self.session.replies.is_muted() && !changes_subscriptions(local) {
            self.output.truncate(start);
        }
        Ok(())
    }

    /// Carries out the command. The inner result is the client's; the outer one ends the connection.
    async fn answer(
        &mut self,
        found: Found,
        local: Local,
        request: &Request,
    ) -> Result<Result<(), Failure>, End> {
        match local {
            Local::Ping => return Ok(self.ping(request)),
            Local::Echo => self.encoder().bulk(request.arg(1)),
            Local::Select => return Ok(self.select(request)),
            Local::Quit => {
                self.encoder().simple("OK");
                self.session.closing = true;
            }
            Local::Reset => self.reset().await,
            Local::Hello => return Ok(self.hello(request)),
            Local::Auth => return Ok(self.auth(request)),
            Local::Time => self.time(),

            Local::Multi => return Ok(self.multi()),
            Local::Exec => return self.exec().await,
            Local::Discard => return Ok(self.discard()),
            Local::Watch => return Ok(self.watch(request).await),
            Local::Unwatch => {
                self.unwatch();
                self.encoder().simple("OK");
            }

            Local::Subscribe | Local::PSubscribe => return Ok(self.subscribe(local, request).await),
            Local::Unsubscribe | Local::PUnsubscribe => return Ok(self.unsubscribe(local, request).await),
            Local::Publish => return Ok(self.publish(request).await),
            Local::PubSubChannels | Local::PubSubNumSub | Local::PubSubNumPat => {
                return Ok(self.pubsub(local, request).await);
            }

            Local::ClientCaching
            | Local::ClientGetName
            | Local::ClientId
            | Local::ClientInfo
            | Local::ClientKill
            | Local::ClientList
            | Local::ClientNoEvict
            | Local::ClientPause
            | Local::ClientReply
            | Local::ClientSetInfo
            | Local::ClientSetName
            | Local::ClientUnpause => return Ok(self.of_client(local, request).await),

            Local::Command => describe::command(&mut self.encoder()),
            Local::CommandCount => describe::count(&mut self.encoder()),
            Local::CommandDocs => describe::docs(request, &mut self.encoder()),
            Local::CommandInfo => describe::info(request, &mut self.encoder()),
            Local::CommandList => return Ok(describe::list(request, &mut self.encoder())),
            Local::CommandGetKeys => return Ok(describe::get_keys(request, &mut self.encoder())),
            Local::CommandGetKeysAndFlags => {
                return Ok(describe::get_keys_and_flags(request, &mut self.encoder()));
            }
            Local::Help => {
                if let Some(container) = found.container {
                    describe::help(container, &mut self.encoder());
                }
            }

            Local::ConfigGet => self.settings(request),
            Local::ConfigSet => return Ok(self.configure(request).await),
            Local::ConfigResetStat => {
                self.shared.statistics.reset(self.shared.key_events.expired());
                self.encoder().simple("OK");
            }
            Local::ConfigRewrite => {
                return Ok(Err(Failure::fixed("ERR The server is running without a config file")));
            }
            Local::Info => {
                let observed = self.shared.observe(&self.handle, Duration::MAX).await;
                let names: Vec<&[u8]> = request.args().skip(1).collect();
                let text = self.shared.info.text(&names, &observed);
                self.encoder().verbatim("txt", &text);
            }
            Local::FunctionFlush => return Ok(self.flush_functions(request)),
            Local::Debug => return Ok(self.debug(request).await),
            Local::Shutdown => return Ok(self.shut_down(request)),
        }
        Ok(Ok(()))
    }

    fn ping(&mut self, request: &Request) -> Result<(), Failure> {
        if request.len() > 2 {
            return Err(Failure::arity("ping"));
        }
        if let Some(refusal) = self.shared.lifecycle.store().refusal() {
            return Err(refusal);
        }
        if self.session.is_subscriber_only() {
            let message = request.get(1).unwrap_or_default();
            let mut out = self.encoder();
            out.array(2);
            out.bulk(b"pong");
            out.bulk(message);
        } else if let Some(message) = request.get(1) {
            self.encoder().bulk(message);
        } else {
            self.encoder().simple("PONG");
        }
        Ok(())
    }

    fn select(&mut self, request: &Request) -> Result<(), Failure> {
        match database(request, 1)? {
            Database::Here => {
                self.encoder().simple("OK");
                Ok(())
            }
            Database::Elsewhere => {
                self.session.closing = true;
                Err(Failure::ONE_DATABASE)
            }
        }
    }

    fn time(&mut self) {
        // The actors' clock, by which keys expire, has milliseconds; Redis tells microseconds.
        let now = self.shared.now().as_millis();
        let mut out = self.encoder();
        out.array(2);
        out.bulk((now / 1000).to_string().as_bytes());
        out.bulk((now % 1000 * 1000).to_string().as_bytes());
    }

    fn settings(&mut self, request: &Request) {
        let patterns: Vec<&[u8]> = request.args().skip(2).collect();
        let found = self.shared.settings.get(&patterns);
        let mut out = self.encoder();
        out.map(found.len());
        for (name, value) in found {
            out.bulk(name.as_bytes());
            out.bulk(value.as_bytes());
        }
    }

    async fn configure(&mut self, request: &Request) -> Result<(), Failure> {
        if !request.len().is_multiple_of(2) {
            return Err(Failure::SYNTAX);
        }
        let pairs: Vec<(&[u8], &[u8])> =
            (2..request.len()).step_by(2).map(|n| (request.arg(n), request.arg(n + 1))).collect();
        self.shared.settings.set(&pairs)?;
        self.shared.notifier.refresh().await;
        self.encoder().simple("OK");
        Ok(())
    }

    /// Answers `FUNCTION FLUSH`, which deletes all scripts: the server has none. Other arguments are refused as in
    /// Redis.
    fn flush_functions(&mut self, request: &Request) -> Result<(), Failure> {
        match request.get(2) {
            _ if request.len() > 3 => return Err(Failure::subcommand_syntax(request)),
            Some(mode) if !mode.eq_ignore_ascii_case(b"sync") && !mode.eq_ignore_ascii_case(b"async") => {
                return Err(Failure::fixed("ERR FUNCTION FLUSH only supports SYNC|ASYNC option"));
            }
            _ => self.encoder().simple("OK"),
        }
        Ok(())
    }

    fn shut_down(&mut self, request: &Request) -> Result<(), Failure> {
        if Shutdown::parse(request)? == Shutdown::Abort {
            return Err(Failure::fixed("ERR No shutdown in progress."));
        }
        // As in Redis, there is no reply to a shutdown that goes well: the connection ends.
        self.shared.shut_down();
        self.session.closing = true;
        Ok(())
    }
}

const fn changes_subscriptions(local: Local) -> bool {
    matches!(local, Local::Subscribe | Local::PSubscribe | Local::Unsubscribe | Local::PUnsubscribe)
}
