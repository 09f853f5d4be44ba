//! The whole contract, on kameo.

kv_conformance::suite!(kameo: kv_kameo::Kameo);
