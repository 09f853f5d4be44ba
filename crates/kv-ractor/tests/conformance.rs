//! The whole contract, on ractor.

kv_conformance::suite!(ractor: kv_ractor::Ractor);
