//! The whole contract, on kameo.

kv_conformance::count_memory!();
kv_conformance::suite!(kameo: kv_kameo::Kameo);
kv_conformance::per_key_suite!(kv_kameo::Kameo);
