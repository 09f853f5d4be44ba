//! The suite, for both backends.

kv_conformance::suite!(actix: kv_actix::Actix);
kv_conformance::suite!(actix_local: kv_actix::ActixLocal, on local_set);
