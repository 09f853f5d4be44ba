//! The whole contract, on plain tokio.

kv_conformance::count_memory!();
kv_conformance::suite!(tokio: kv_tokio::Tokio);
kv_conformance::per_key_suite!(kv_tokio::Tokio);
