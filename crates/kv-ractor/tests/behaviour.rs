//! What ractor does by itself, question by question.

kv_behaviour::behaviours!(kv_ractor::native::Ractor);
