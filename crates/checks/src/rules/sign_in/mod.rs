//! Who comes in.

super::topic! {
    guest_outside_development "guest-outside-development",
}
