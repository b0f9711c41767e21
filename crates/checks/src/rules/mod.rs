//! The rules: a folder a topic, a rule three files by hand: `<rule>.rs`, `<rule>.md`, its line in the topic's list.

#![expect(
    clippy::unnecessary_wraps,
    reason = "every rule's `check` has the one signature that `Rule` names, whatever it needs of it"
)]

use crate::rule::Entry;

/// Declares the rules of a topic: a module each, and the list of them. The id is the module's name with `-`.
macro_rules! topic {
    ($($name:ident $id:literal),* $(,)?) => {
        $(mod $name;)*

        pub(super) const RULES: &[$crate::rule::Entry] = &[
            $($crate::rule::Entry::new($id, &$name::RULE, include_str!(concat!(stringify!($name), ".md"))),)*
        ];
    };
}
use topic;

mod acceptance;
mod agents;
mod audit;
mod aws_policy;
mod catalog;
mod cdk;
mod cloud;
mod cluster_rbac;
mod compose;
mod configuration;
mod database;
mod downloads;
mod env_file;
mod exposure;
mod http;
mod image;
mod in_code;
mod kubernetes_plugin;
mod live;
mod oidc_trust;
mod on_release;
mod permission;
mod pod;
mod proxy;
mod routes;
mod scaffolder;
mod scripts;
mod secrets;
mod service_credentials;
mod sign_in;
mod stagedoor;
mod supply_chain;
mod techdocs;

/// Every rule, in the order of the topics.
pub fn registry() -> impl Iterator<Item = &'static Entry> {
    [
        sign_in::RULES,
        service_credentials::RULES,
        permission::RULES,
        routes::RULES,
        agents::RULES,
        http::RULES,
        database::RULES,
        audit::RULES,
        configuration::RULES,
        compose::RULES,
        cdk::RULES,
        cloud::RULES,
        kubernetes_plugin::RULES,
        cluster_rbac::RULES,
        exposure::RULES,
        pod::RULES,
        proxy::RULES,
        catalog::RULES,
        scaffolder::RULES,
        techdocs::RULES,
        image::RULES,
        secrets::RULES,
        supply_chain::RULES,
        live::RULES,
        stagedoor::RULES,
        acceptance::RULES,
    ]
    .into_iter()
    .flatten()
}
