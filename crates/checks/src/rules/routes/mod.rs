//! What answers without asking who calls.

super::topic! {
    unverified_event_topics "unverified-event-topics",
}
