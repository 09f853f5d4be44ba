use super::*;

fn announcer(events: &KeyEvents) -> Announcer {
    Announcer::new(events, 3)
}

#[test]
fn what_nobody_asked_for_is_not_counted() {
    let events = KeyEvents::default();
    let announcer = announcer(&events);
    announcer.changed(KeyEventKind::Set, &Key::from("k"));
    announcer.expired(&Key::from("k"));
    announcer.cleared(7);
    assert_eq!((events.changes(), events.expired()), (0, 0));
}

#[test]
fn counting_needs_no_subscriber() {
    let events = KeyEvents::counting();
    for store in 0..40 {
        Announcer::new(&events, store).changed(KeyEventKind::Set, &Key::from("k"));
    }
    announcer(&events).also(KeyEventKind::Expire, &Key::from("k"));
    announcer(&events).expired(&Key::from("k"));
    announcer(&events).cleared(2);
    assert_eq!((events.changes(), events.expired()), (42, 1));
}

#[test]
fn a_full_subscriber_misses_and_holds_up_no_other() {
    let events = KeyEvents::default();
    let (mut small, mut large) = (events.subscribe(2), events.subscribe(9));
    for key in ["a", "b", "c"] {
        announcer(&events).changed(KeyEventKind::Set, &Key::from(key));
    }
    let keys = |stream: &mut KeyEventStream| {
        std::iter::from_fn(|| stream.try_next()).map(|event| event.key).collect::<Vec<_>>()
    };
    assert_eq!(keys(&mut small), ["a", "b"]);
    assert_eq!(keys(&mut large), ["a", "b", "c"]);
    assert_eq!((small.missed(), large.missed(), events.missed()), (1, 0, 1));
}

#[test]
fn what_a_subscriber_does_not_want_takes_no_room() {
    let events = KeyEvents::default();
    let expired = KeyEventKinds::from_iter([KeyEventKind::Expired]);
    let mut stream = events.subscribe_to(expired, 2);
    let key = Key::from("k");
    let happens = || {
        announcer(&events).changed(KeyEventKind::Set, &key);
        announcer(&events).expired(&key);
    };
    happens();
    happens();
    assert_eq!(stream.missed(), 0);
    stream.choose([KeyEventKind::Set].into_iter().collect());
    let taken = std::iter::from_fn(|| stream.try_next()).map(|event| event.kind);
    assert_eq!(taken.collect::<Vec<_>>(), [KeyEventKind::Expired; 2]);
    happens();
    assert_eq!(stream.try_next().map(|event| event.kind), Some(KeyEventKind::Set));
    assert_eq!((stream.try_next(), stream.missed()), (None, 0));
}

#[test]
fn the_set_of_all_kinds_has_each() {
    assert!(KeyEventKind::ALL.into_iter().all(|kind| KeyEventKinds::ALL.contains(kind)));
    for kind in KeyEventKind::ALL {
        let one = KeyEventKinds::from_iter([kind]);
        assert_eq!(KeyEventKind::ALL.into_iter().filter(|other| one.contains(*other)).count(), 1);
    }
    assert!(KeyEventKinds::default().is_empty());
}

#[test]
fn the_last_subscriber_turns_the_events_off() {
    let events = KeyEvents::default();
    let (first, second) = (events.subscribe(1), events.subscribe(1));
    let is_on = || events.0.announcing.load(Ordering::Relaxed) != 0;
    drop(first);
    assert!(is_on());
    drop(second);
    assert!(!is_on());
    // The counters go on after the last subscriber, or they would jump.
    announcer(&events).changed(KeyEventKind::Set, &Key::from("k"));
    assert_eq!(events.changes(), 1);
}

#[tokio::test]
async fn a_stream_ends_with_the_last_store() {
    let events = KeyEvents::default();
    let mut stream = events.subscribe(1);
    let announcer = announcer(&events);
    drop(events);
    announcer.changed(KeyEventKind::Delete, &Key::from("k"));
    drop(announcer);
    let last = KeyEvent { kind: KeyEventKind::Delete, key: Key::from("k") };
    assert_eq!((stream.next().await, stream.next().await), (Some(last), None));
}
