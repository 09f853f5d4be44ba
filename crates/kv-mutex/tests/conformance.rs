//! The whole contract, checked with the mutex.

kv_conformance::suite!(mutex: kv_mutex::Mutex);
