//! The suite, for both backends.

kv_conformance::count_memory!();
kv_conformance::suite!(actix: kv_actix::Actix);
kv_conformance::suite!(actix_local: kv_actix::ActixLocal, on local_set);

mod actix_per_key {
    kv_conformance::per_key_suite!(kv_actix::Actix);
}

mod actix_local_per_key {
    kv_conformance::per_key_suite!(kv_actix::ActixLocal, on local_set);
}
