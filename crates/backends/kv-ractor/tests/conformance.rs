//! The whole contract, on ractor.

kv_conformance::count_memory!();
kv_conformance::suite!(ractor: kv_ractor::Ractor);
kv_conformance::per_key_suite!(kv_ractor::Ractor);
