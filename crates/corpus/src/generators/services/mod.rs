//! Credentials of messengers, payment, mail, monitoring, identity and other services.

use crate::credential::Generator;

mod analytics;
mod business;
mod chat;
mod commerce;
mod experiments;
mod identity;
mod incidents;
mod mail;
mod models;
mod monitoring;
mod payment;
mod slack;
mod social;
mod telephony;

/// Every generator of this area.
pub(super) fn all() -> Vec<Generator> {
    [
        slack::ALL,
        chat::ALL,
        telephony::ALL,
        mail::ALL,
        payment::ALL,
        commerce::ALL,
        monitoring::ALL,
        incidents::ALL,
        identity::ALL,
        models::ALL,
        experiments::ALL,
        social::ALL,
        business::ALL,
        analytics::ALL,
    ]
    .concat()
}
