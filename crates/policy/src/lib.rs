//! Principal, action and resource become a Permit, a Scope or a reasoned refusal.
