//! The whole contract, behind a mutex.

kv_conformance::suite!(mutex: kv_mutex::Mutex);
