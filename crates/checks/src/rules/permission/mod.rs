//! What those who are in may do.

mod asked;
mod permissions;
mod policies;
mod rbac_csv;
mod tests_of;

super::topic! {
    permission_allow_all_module "permission-allow-all-module",
    permission_backend_missing "permission-backend-missing",
    policy_ends_in_allow "policy-ends-in-allow",
    policy_removed_user_fields "policy-removed-user-fields",
    policy_compares_loosely "policy-compares-loosely",
    policy_condition_as_boolean "policy-condition-as-boolean",
    policy_name_part "policy-name-part",
    policy_test_always_true "policy-test-always-true",
    policy_set_twice "policy-set-twice",
    permission_disabled "permission-disabled",
    policy_allows_dangerous "policy-allows-dangerous",
    policy_allows_nobody "policy-allows-nobody",
    policy_catalog_open "policy-catalog-open",
    policy_guest_ref "policy-guest-ref",
    policy_fallback_allow "policy-fallback-allow",
    rbac_skipped_lines "rbac-skipped-lines",
    rbac_wide_grants "rbac-wide-grants",
}

/// Whether every policy in code surely shows any entity to everybody who is signed in.
pub(super) fn shows_whole_catalog(code: &crate::code::Code) -> bool {
    policies::all(code).iter().all(|policy| {
        let answer = asked::ask(policy.handle, permissions::CATALOG_READ, asked::Who::Somebody);
        answer.is_some_and(|answer| answer.allows())
    })
}
