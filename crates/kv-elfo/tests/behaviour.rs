//! What elfo does by itself, question by question.

kv_behaviour::behaviours!(kv_elfo::native::Elfo);
