//! What each framework does by itself, question by question.

mod tokio {
    kv_behaviour::behaviours!(kv_behaviour::natives::tokio::Tokio);
}

mod kameo {
    kv_behaviour::behaviours!(kv_behaviour::natives::kameo::Kameo);
}

mod ractor {
    kv_behaviour::behaviours!(kv_behaviour::natives::ractor::Ractor);
}

mod actix {
    kv_behaviour::behaviours!(kv_behaviour::natives::actix::Actix);
}

mod elfo {
    kv_behaviour::behaviours!(kv_behaviour::natives::elfo::Elfo);
}
