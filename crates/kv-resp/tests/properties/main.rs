//! The decoder and the encoder against all that can be sent, and against other people's.

mod oracles;
mod replies;
mod requests;
mod runner;
