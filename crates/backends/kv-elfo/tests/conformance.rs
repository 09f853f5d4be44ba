//! The whole contract, on elfo.

kv_conformance::count_memory!();
kv_conformance::suite!(elfo: kv_elfo::Elfo);
kv_conformance::per_key_suite!(kv_elfo::Elfo);
