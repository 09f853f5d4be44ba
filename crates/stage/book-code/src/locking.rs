//! The limits of a lock, each shown by a test.
//!
//! A guard of the standard library's mutex cannot be held by a task that awaits, because the task may continue on
//! another thread. The compiler says so:
//!
//! ```compile_fail,E0277
//! # use std::sync::{Arc, Mutex};
//! # async fn journal(_: u64) {}
//! # fn f(visits: Arc<Mutex<u64>>) {
//! tokio::spawn(async move {
//!     let mut visits = visits.lock().unwrap();
//!     *visits += 1;
//!     journal(*visits).await;
//! });
//! # }
//! ```

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, mpsc};
    use std::thread;
    use std::time::{Duration, Instant};

    use tokio::runtime::Builder;
    use tokio::time::timeout;

    // ANCHOR: poisoned
    #[test]
    fn after_a_panic_under_a_lock_nobody_gets_in() {
        let visits = Arc::new(Mutex::new(41));
        let inside = Arc::clone(&visits);
        let crashed = thread::spawn(move || {
            let mut visits = inside.lock().expect("no thread has panicked yet");
            *visits += 1;
            panic!("half way through");
        });
        assert!(crashed.join().is_err());
        let refused = visits.lock().expect_err("the lock is poisoned");
        // `into_inner` takes the value nevertheless, as the panic left it.
        assert_eq!(*refused.into_inner(), 42);
    }
    // ANCHOR_END: poisoned

    #[test]
    fn a_caller_who_waits_for_a_lock_blocks_its_thread() {
        let runtime = Builder::new_multi_thread().worker_threads(1).build().expect("a thread");
        let (visits, (about, is_about), (ran, has_run)) =
            (Arc::new(Mutex::new(0)), mpsc::channel(), mpsc::channel());
        let inside = visits.lock().expect("no thread panics");
        let waiting = Arc::clone(&visits);
        runtime.spawn(async move {
            about.send(()).expect("the test waits");
            *waiting.lock().expect("no thread panics") += 1;
        });
        is_about.recv().expect("it says so");
        runtime.spawn(async move { ran.send(()).expect("the test waits") });
        // The other task needs no lock, but it gets no thread, however long the test waits.
        assert_eq!(has_run.recv_timeout(Duration::from_millis(20)), Err(mpsc::RecvTimeoutError::Timeout));
        drop(inside);
        has_run.recv().expect("now it runs");
    }

    // ANCHOR: timeout
    #[tokio::test]
    async fn who_waits_for_a_lock_cannot_time_out() {
        const LIMIT: Duration = Duration::from_millis(10);
        let (visits, (held, is_held)) = (Arc::new(Mutex::new(0)), mpsc::channel());
        let holder = Arc::clone(&visits);
        let begun = Instant::now();
        let holding = thread::spawn(move || {
            let _inside = holder.lock().expect("no thread panics");
            held.send(()).expect("the test waits");
            while begun.elapsed() < 3 * LIMIT {
                thread::yield_now();
            }
        });
        is_held.recv().expect("the holder says so");
        let count = timeout(LIMIT, async { *visits.lock().expect("no thread panics") }).await;
        // The call is late, and there is no error: while a future blocks, the timeout cannot be looked at.
        assert_eq!(count, Ok(0));
        assert!(begun.elapsed() >= 3 * LIMIT);
        holding.join().expect("no panic");
    }
    // ANCHOR_END: timeout
}
