//! The process of `audition serve`: how it starts, and how it ends.

#![cfg(unix)]

#[path = "serve/ending.rs"]
mod ending;
#[path = "serve/redis_rs.rs"]
mod redis_rs;
#[path = "serve/served.rs"]
mod served;
#[path = "serve/starting.rs"]
mod starting;
#[path = "serve/store_end.rs"]
mod store_end;
