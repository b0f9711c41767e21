//! The rules in the binary: one line a family, in the order of their names.

/// Every file of rules, by family.
pub(crate) const FAMILIES: &[(&str, &str)] = &[("private_keys", include_str!("../rules/private_keys.toml"))];
