//! Acceptances that accept nothing.

super::topic! {
    expired "acceptance-expired",
    invalid "acceptance-invalid",
    unused "acceptance-unused",
}
