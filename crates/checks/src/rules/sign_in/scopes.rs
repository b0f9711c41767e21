//! What OAuth scopes hand out.

/// What a scope of a provider lets the portal do that signing in does not need.
pub(super) fn excess(provider: &str, scope: &str) -> Option<&'static str> {
    let scope = scope.trim().to_ascii_lowercase();
    match provider {
        "microsoft" => microsoft(scope.strip_prefix("https://graph.microsoft.com/").unwrap_or(&scope)),
        "github" => github(&scope),
        "google" => google(&scope),
        "gitlab" => match scope.as_str() {
            "api" => Some("do everything that the user can do"),
            "sudo" | "admin_mode" => Some("act as an administrator"),
            "write_repository" | "write_registry" => Some("write repositories or images"),
            _ => None,
        },
        "bitbucket" => scope.ends_with(":write").then_some("write what the user can write").or_else(|| {
            (scope.ends_with(":admin") || scope.ends_with(":delete")).then_some("administer repositories")
        }),
        "atlassian" => ["write:", "manage:", "delete:"]
            .iter()
            .any(|verb| scope.starts_with(verb))
            .then_some("change what the user can change"),
        _ => None,
    }
}

fn microsoft(scope: &str) -> Option<&'static str> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| scope.starts_with(prefix));
    if starts(&["mail.", "mailboxsettings."]) {
        return Some("read or send the user's mail");
    }
    if starts(&["chat.", "chatmessage.", "channelmessage."]) {
        return Some("read or write the user's messages");
    }
    if starts(&["files.", "sites.", "notes.", "calendars.", "contacts."]) {
        return Some("read the user's documents, calendar or contacts");
    }
    let writes = scope.contains(".readwrite") || scope.contains(".manage") || scope.contains("fullcontrol");
    (writes || scope.starts_with("directory.accessasuser"))
        .then_some("change the directory or the user's data")
}

fn github(scope: &str) -> Option<&'static str> {
    match scope {
        "repo" => Some("write every private repository of the user"),
        "public_repo" => Some("write every public repository of the user"),
        "delete_repo" => Some("delete repositories"),
        "workflow" => Some("change CI workflows"),
        "user" => Some("change the user's profile"),
        "gist" | "codespace" | "project" | "site_admin" => Some("change more than repositories"),
        _ if scope.starts_with("admin:") => Some("administer organisations, keys or hooks"),
        _ if scope.starts_with("write:") => Some("write organisations, packages or discussions"),
        _ => None,
    }
}

fn google(scope: &str) -> Option<&'static str> {
    let name = scope.strip_prefix("https://www.googleapis.com/auth/").unwrap_or(scope);
    if name == "https://mail.google.com/" || name.starts_with("gmail") {
        return Some("read or send the user's mail");
    }
    if name == "cloud-platform" {
        return Some("change everything that the user can change in Google Cloud");
    }
    let reads = name.ends_with(".readonly") || name.ends_with(".read-only");
    let data = ["drive", "documents", "spreadsheets", "calendar", "admin.directory", "contacts"];
    (!reads && data.iter().any(|data| name.starts_with(data)))
        .then_some("change the user's or the directory's data")
}

#[cfg(test)]
mod tests {
    use super::excess;

    #[test]
    fn what_signing_in_needs_is_no_excess() {
        for (provider, scope) in [
            ("microsoft", "User.Read"),
            ("microsoft", "offline_access"),
            ("microsoft", "GroupMember.Read.All"),
            ("github", "read:user"),
            ("github", "user:email"),
            ("github", "read:org"),
            ("google", "https://www.googleapis.com/auth/userinfo.email"),
            ("google", "https://www.googleapis.com/auth/cloud-platform.read-only"),
            ("gitlab", "read_user"),
            ("okta", "groups"),
        ] {
            assert_eq!(excess(provider, scope), None, "{provider} {scope}");
        }
        for (provider, scope) in [
            ("microsoft", "https://graph.microsoft.com/Mail.Send"),
            ("microsoft", "Group.ReadWrite.All"),
            ("github", "repo"),
            ("github", "admin:org"),
            ("google", "https://www.googleapis.com/auth/cloud-platform"),
            ("gitlab", "api"),
        ] {
            assert!(excess(provider, scope).is_some(), "{provider} {scope}");
        }
    }
}
