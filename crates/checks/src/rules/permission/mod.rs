//! What those who are in may do.

mod rbac_csv;

super::topic! {
    permission_disabled "permission-disabled",
    policy_fallback_allow "policy-fallback-allow",
    rbac_skipped_lines "rbac-skipped-lines",
    rbac_wide_grants "rbac-wide-grants",
}
