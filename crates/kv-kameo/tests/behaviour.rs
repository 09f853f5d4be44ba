//! What kameo does by itself, question by question.

kv_behaviour::behaviours!(kv_kameo::native::Kameo);
