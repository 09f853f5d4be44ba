//! What actix does by itself, question by question.

kv_behaviour::behaviours!(kv_actix::native::Actix);
