//! Where identity providers send people back to.

use url::Url;

use super::{AuthSettings, ProviderKind, ProviderSettings};
use crate::settings::findings::{Findings, shown};
use crate::{Config, Mode};

/// Refuses a `callbackUrl` that is not where we answer. What a sign-in began with is in cookies of our host, for that path:
/// another address never sees them.
pub(in crate::settings) fn callbacks_are_ours(
    config: &Config,
    auth: &AuthSettings,
    base: &Url,
    mode: Mode,
    findings: &mut Findings,
) {
    for provider in &auth.providers {
        let Some(written) = written(provider) else { continue };
        let path = format!("{}/api/auth/{}/handler/frame", base.path().trim_end_matches('/'), provider.id);
        if written.origin() == base.origin() && written.path() == path {
            continue;
        }
        let environment = provider.environment.as_deref().unwrap_or_default();
        let value = config.at(&format!("auth.providers.{}.{environment}.callbackUrl", provider.id));
        let text = format!(
            "`{}` is not where this portal answers, so nobody could sign in",
            shown(written.as_str())
        );
        let problem = match mode {
            Mode::Production => value.problem(text),
            Mode::Development => value.warning(text),
        };
        let ours = format!("{}{path}", base.origin().ascii_serialization());
        findings
            .push(problem.fix(format!(
                "remove the key, or write `{ours}`; `backend.baseUrl` is the portal's address"
            )));
    }
}

fn written(provider: &ProviderSettings) -> Option<&Url> {
    match &provider.kind {
        ProviderKind::GitHub(github) => github.client.callback.as_ref(),
        ProviderKind::Oidc(oidc) => oidc.client.callback.as_ref(),
        ProviderKind::AwsAlb(_)
        | ProviderKind::GcpIap(_)
        | ProviderKind::CfAccess(_)
        | ProviderKind::OAuth2Proxy(_)
        | ProviderKind::Guest(_) => None,
    }
}
