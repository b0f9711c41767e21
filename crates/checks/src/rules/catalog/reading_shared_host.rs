use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::Medium, serve: Serve::Reports, check };

/// Hosts, and domains, where anybody puts files.
const SHARED: &[&str] = &[
    "githubusercontent.com",
    "gist.github.com",
    "github.com",
    "github.io",
    "gitlab.com",
    "gitlab.io",
    "bitbucket.org",
    "codeberg.org",
    "sourceforge.net",
    "pastebin.com",
    "rentry.co",
    "jsdelivr.net",
    "unpkg.com",
    "amazonaws.com",
    "cloudfront.net",
    "storage.googleapis.com",
    "storage.cloud.google.com",
    "drive.google.com",
    "docs.google.com",
    "firebaseapp.com",
    "web.app",
    "appspot.com",
    "run.app",
    "blob.core.windows.net",
    "azurewebsites.net",
    "azureedge.net",
    "digitaloceanspaces.com",
    "r2.dev",
    "pages.dev",
    "workers.dev",
    "netlify.app",
    "vercel.app",
    "herokuapp.com",
    "onrender.com",
    "surge.sh",
    "ngrok.io",
    "ngrok-free.app",
    "dropbox.com",
    "dropboxusercontent.com",
    "huggingface.co",
    "webhook.site",
];

/// Of these a name below belongs to one customer, so only the domain or a wildcard is everybody's.
const BY_CUSTOMER: &[&str] = &[
    "github.io",
    "gitlab.io",
    "cloudfront.net",
    "firebaseapp.com",
    "web.app",
    "appspot.com",
    "run.app",
    "blob.core.windows.net",
    "azurewebsites.net",
    "azureedge.net",
    "r2.dev",
    "pages.dev",
    "workers.dev",
    "netlify.app",
    "vercel.app",
    "herokuapp.com",
    "onrender.com",
    "surge.sh",
    "ngrok.io",
    "ngrok-free.app",
    "digitaloceanspaces.com",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.reading.allow.*")? {
        let Some(item) = setting.item.get("host").filter(|_| !setting.is_for_development()) else { continue };
        let Some(host) = item.literal().filter(|host| is_shared(host)) else { continue };
        let paths = setting.item.get("paths");
        if paths.is_some_and(|paths| paths.is_unknown() || !paths.one_or_many().is_empty()) {
            continue;
        }
        findings
            .at(&item.place, format!("the backend reads whatever anybody puts on `{host}`"))
            .severity(setting.severity(Severity::Medium))
            .why("an attacker's file there is a location, an API definition or a template source like your own")
            .fix(Fix::manual("add `paths` with your organization's, or configure the integration and remove the host"))
            .evidence(setting.evidence());
    }
    Ok(())
}

/// Whether anybody can put files on a host, or on one of those that a wildcard stands for.
pub(super) fn is_shared(host: &str) -> bool {
    let host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
    let (wild, name) = host.strip_prefix("*.").map_or((false, host.as_str()), |name| (true, name));
    SHARED.iter().any(|domain| {
        let is_domain = name == *domain;
        let below = name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        match *domain {
            // Buckets are names of customers, regions are not.
            "amazonaws.com" => {
                (is_domain || below) && (wild || name.starts_with("s3.") || name.starts_with("s3-"))
            }
            domain if BY_CUSTOMER.contains(&domain) => is_domain || wild && below,
            _ => is_domain || below,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::is_shared;

    #[test]
    fn hosts_of_everybody_are_told_from_those_of_a_customer() {
        for host in [
            "raw.githubusercontent.com",
            "*.github.io",
            "github.com:443",
            "s3.eu-west-1.amazonaws.com",
            "*.s3.amazonaws.com",
        ] {
            assert!(is_shared(host), "{host}");
        }
        for host in [
            "acme.github.io",
            "acme.s3.amazonaws.com",
            "github.com.example.org",
            "mygithub.com",
            "*.example.com",
        ] {
            assert!(!is_shared(host), "{host}");
        }
    }
}
