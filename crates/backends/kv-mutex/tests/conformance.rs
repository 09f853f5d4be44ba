//! The whole contract, checked with the mutex.

kv_conformance::count_memory!();
kv_conformance::suite!(mutex: kv_mutex::Mutex);
