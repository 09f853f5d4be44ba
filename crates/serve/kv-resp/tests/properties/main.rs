//! Properties of the decoder and the encoder, for all that can be sent, and beside other crates.

mod oracles;
mod replies;
mod requests;
mod runner;
