//! Switches of Backstage that open the door to everybody.

use super::findings::Findings;
use crate::{Config, Mode};

/// Notes settings that would let strangers in.
pub(super) fn refuse_open_doors(config: &Config, mode: Mode, findings: &mut Findings) {
    let open = config.at("backend.auth.dangerouslyDisableDefaultAuthPolicy");
    if findings.take(open.boolean()) == Some(true) {
        findings.push(
            open.problem("requests without credentials are never served")
                .fix("remove the key; programs get a token under `backend.auth.externalAccess`"),
        );
    }
    if mode == Mode::Development {
        return;
    }
    let guest = config.at("auth.providers.guest");
    let anyway = guest.is_object().then(|| guest.at("dangerouslyAllowOutsideDevelopment"));
    if let Some(anyway) = anyway.filter(|anyway| findings.take(anyway.boolean()) == Some(true)) {
        findings.push(
            anyway
                .problem("guests are not let in in production")
                .fix("remove the guest provider from the production files"),
        );
    } else if guest.exists() {
        findings.push(
            guest
                .warning("the guest provider does nothing in production")
                .fix("hide it in the production file with `guest: null`"),
        );
    }
    let enabled = config.at("permission.enabled");
    if findings.take(enabled.boolean()) == Some(false) {
        findings.push(
            enabled
                .warning("permissions are always enforced, also with `permission.enabled: false`")
                .fix("remove the key"),
        );
    }
}
