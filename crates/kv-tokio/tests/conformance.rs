//! The whole contract, on plain tokio.

kv_conformance::suite!(tokio: kv_tokio::Tokio);
