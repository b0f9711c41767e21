//! The resolvers that the settings name, for each provider as Backstage has them.

use config::{OidcPreset, ProviderKind, ProviderSettings, ResolverSettings};
use identity::sign_in::{Resolver, ResolverKind};

/// The resolvers of a provider, in order; `None` where nobody signs in by it. A name that the provider has not was refused
/// when the settings were read; should one come through, it finds nobody.
pub(crate) fn of(provider: &ProviderSettings) -> Option<Vec<Resolver>> {
    let resolvers = provider.resolvers.as_ref()?;
    Some(resolvers.iter().filter_map(|resolver| one(provider, resolver)).collect())
}

fn one(provider: &ProviderSettings, settings: &ResolverSettings) -> Option<Resolver> {
    Some(Resolver {
        kind: kind(provider, &settings.name)?,
        allowed_domains: settings.allowed_domains.clone(),
        without_user: settings.without_user,
    })
}

fn kind(provider: &ProviderSettings, name: &str) -> Option<ResolverKind> {
    Some(match name {
        "emailMatchingUserEntityProfileEmail" => ResolverKind::ProfileEmail,
        "emailLocalPartMatchingUserEntityName" => ResolverKind::EmailLocalPart,
        "usernameMatchingUserEntityName"
        | "preferredUsernameMatchingUserEntityName"
        | "forwardedUserMatchingUserEntityName"
        | "forwardedPreferredUsernameMatchingUserEntityName" => ResolverKind::Username,
        "userIdMatchingUserEntityAnnotation" | "idMatchingUserEntityAnnotation" => id_annotation(provider)?,
        "emailMatchingUserEntityAnnotation" => ResolverKind::EmailAnnotation(email_annotation(provider)?),
        _ => return None,
    })
}

fn id_annotation(provider: &ProviderSettings) -> Option<ResolverKind> {
    match &provider.kind {
        ProviderKind::GitHub(_) => Some(ResolverKind::IdAnnotation("github.com/user-id")),
        ProviderKind::GcpIap(_) => Some(ResolverKind::IdAnnotation("google.com/user-id")),
        ProviderKind::Oidc(oidc) => match oidc.preset {
            OidcPreset::Microsoft => Some(ResolverKind::IdAnnotation("graph.microsoft.com/user-id")),
            // Of an installation of one's own, its host is in the annotation's name.
            OidcPreset::GitLab => {
                oidc.metadata.host_str().map(|host| ResolverKind::IdAnnotationOf(format!("{host}/user-id")))
            }
            OidcPreset::None | OidcPreset::Google | OidcPreset::Okta => None,
        },
        _ => None,
    }
}

fn email_annotation(provider: &ProviderSettings) -> Option<&'static str> {
    match &provider.kind {
        ProviderKind::GcpIap(_) => Some("google.com/email"),
        ProviderKind::Oidc(oidc) => match oidc.preset {
            OidcPreset::Google => Some("google.com/email"),
            OidcPreset::Microsoft => Some("microsoft.com/email"),
            OidcPreset::Okta => Some("okta.com/email"),
            OidcPreset::None | OidcPreset::GitLab => None,
        },
        _ => None,
    }
}
