//! What tokio does by itself, question by question.

kv_behaviour::behaviours!(kv_tokio::native::Tokio);
