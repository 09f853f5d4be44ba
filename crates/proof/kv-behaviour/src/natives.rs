//! Each framework by itself, without the contract, and what it is declared to do.

pub mod actix;
pub mod elfo;
pub mod kameo;
pub mod ractor;
pub mod tokio;
