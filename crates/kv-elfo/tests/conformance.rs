//! The suite.

kv_conformance::suite!(elfo: kv_elfo::Elfo);
