//! The production checklist: what a report is grouped by.

/// A line of the checklist. The first seventeen are those of the public hardening guides, put right where those
/// are wrong; the others are what the guides leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checklist {
    /// No guest sign-in.
    Guest,
    /// Sign-in that only admits people of the catalog.
    SignIn,
    /// Credentials between services and from outside.
    ServiceCredentials,
    /// Permissions, denied by default.
    Permissions,
    /// Every route asks who calls.
    Routes,
    /// Who may run templates, and what they can do.
    Scaffolder,
    /// What the Kubernetes plugin may do.
    KubernetesAccess,
    /// TLS to clusters.
    ClusterTls,
    /// Who can reach the portal.
    Exposure,
    /// The HTTP surface: origins, headers, limits.
    Http,
    /// The image.
    Image,
    /// The pod.
    Pod,
    /// Audit and operations.
    Audit,
    /// What docs can do.
    TechDocs,
    /// No secrets in the repository, and scanners that keep it so.
    Secrets,
    /// Plugins that were reviewed.
    Plugins,
    /// Versions: pinned, current, without known advisories.
    Versions,
    /// What the catalog reads, and what it admits.
    Catalog,
    /// What the portal calls for others.
    Proxy,
    /// Agents and machine clients.
    Agents,
    /// Where data is kept.
    Database,
    /// A configuration that says what it means.
    Configuration,
    /// Stagedoor's own settings.
    Stagedoor,
}

impl Checklist {
    /// All lines, in their order.
    pub const ALL: [Self; 23] = [
        Self::Guest,
        Self::SignIn,
        Self::ServiceCredentials,
        Self::Permissions,
        Self::Routes,
        Self::Scaffolder,
        Self::KubernetesAccess,
        Self::ClusterTls,
        Self::Exposure,
        Self::Http,
        Self::Image,
        Self::Pod,
        Self::Audit,
        Self::TechDocs,
        Self::Secrets,
        Self::Plugins,
        Self::Versions,
        Self::Catalog,
        Self::Proxy,
        Self::Agents,
        Self::Database,
        Self::Configuration,
        Self::Stagedoor,
    ];

    /// Its name, for programs and command lines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::SignIn => "sign-in",
            Self::ServiceCredentials => "service-credentials",
            Self::Permissions => "permissions",
            Self::Routes => "routes",
            Self::Scaffolder => "scaffolder",
            Self::KubernetesAccess => "kubernetes-access",
            Self::ClusterTls => "cluster-tls",
            Self::Exposure => "exposure",
            Self::Http => "http",
            Self::Image => "image",
            Self::Pod => "pod",
            Self::Audit => "audit",
            Self::TechDocs => "tech-docs",
            Self::Secrets => "secrets",
            Self::Plugins => "plugins",
            Self::Versions => "versions",
            Self::Catalog => "catalog",
            Self::Proxy => "proxy",
            Self::Agents => "agents",
            Self::Database => "database",
            Self::Configuration => "configuration",
            Self::Stagedoor => "stagedoor",
        }
    }

    /// The line, as a sentence that is true when it passes.
    pub fn title(self) -> &'static str {
        match self {
            Self::Guest => "Nobody signs in as a guest",
            Self::SignIn => "Sign-in admits people of the catalog only",
            Self::ServiceCredentials => "Services present credentials that are limited to what they do",
            Self::Permissions => "Permissions are on, and what no rule allows is denied",
            Self::Routes => "Every backend route asks who calls",
            Self::Scaffolder => "Templates run for those who may, and do only what they should",
            Self::KubernetesAccess => "The Kubernetes plugin reads what it shows, and nothing else",
            Self::ClusterTls => "Clusters are spoken to over verified TLS",
            Self::Exposure => "The portal is reachable from inside only",
            Self::Http => "Origins, headers and limits of the HTTP surface are narrow",
            Self::Image => "The image is minimal, pinned, and runs as a user without rights",
            Self::Pod => "The pod is confined and limited",
            Self::Audit => "What happens is recorded, kept and shipped",
            Self::TechDocs => "Docs are built outside, and cannot run code",
            Self::Secrets => "No secret is in the repository, and a scanner keeps it so",
            Self::Plugins => "Plugins are reviewed: what they run, and what they reach",
            Self::Versions => "Versions are pinned, current, and without known advisories",
            Self::Catalog => "The catalog reads, and admits, what it should",
            Self::Proxy => "Proxies lend no credentials to strangers",
            Self::Agents => "Agents and dynamic clients are switched off, or bounded",
            Self::Database => "The database is private, encrypted in transit, and kept",
            Self::Configuration => "The configuration says what it means",
            Self::Stagedoor => "Stagedoor's own settings are fit for production",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Checklist;

    #[test]
    fn names_are_what_serialization_says() {
        for item in Checklist::ALL {
            assert_eq!(serde_json::to_value(item).ok(), Some(item.name().into()));
        }
    }
}
