//! Where the pages live. The route table mounts these, the templates link to these.

use super::Href;

/// The catalog list.
pub const CATALOG: &str = "/catalog";
/// One entity: `/catalog/{namespace}/{kind}/{name}`, as Backstage's pages have it.
pub const ENTITY: &str = "/catalog/{namespace}/{kind}/{name}";
/// The same as JSON.
pub const ENTITY_JSON: &str = "/catalog/{namespace}/{kind}/{name}/json";
/// "What I may do".
pub const ACCESS: &str = "/access";
/// How the server stands against the production checklist.
pub const POSTURE: &str = "/posture";
/// The sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// Sends the browser to an identity provider.
pub const SIGN_IN_WITH: &str = "/sign-in/with/{provider}";
/// The one-time link's page: GET shows the form, POST redeems.
pub const SIGN_IN_LINK: &str = "/sign-in/link";
/// The viewer's sessions.
pub const SESSIONS: &str = "/sessions";
/// POST ends one of them.
pub const SESSIONS_END: &str = "/sessions/end";
/// POST ends all of them but the one that asks.
pub const SESSIONS_END_ALL: &str = "/sessions/end-all";
/// Everybody's sessions.
pub const SESSIONS_OF_ALL: &str = "/sessions/all";
/// POST ends one of them.
pub const SESSIONS_OF_ALL_END: &str = "/sessions/all/end";
/// POST ends the session.
pub const SIGN_OUT: &str = "/sign-out";
/// POST keeps the chosen theme in a cookie.
pub const THEME: &str = "/theme";

pub(crate) fn catalog() -> Href {
    Href::page(&["catalog"])
}

pub(crate) fn access() -> Href {
    Href::page(&["access"])
}

pub(crate) fn posture() -> Href {
    Href::page(&["posture"])
}

pub(crate) fn sign_in() -> Href {
    Href::page(&["sign-in"])
}

pub(crate) fn sign_in_link() -> Href {
    Href::page(&["sign-in", "link"])
}

pub(crate) fn sessions() -> Href {
    Href::page(&["sessions"])
}

pub(crate) fn sessions_end() -> Href {
    Href::page(&["sessions", "end"])
}

pub(crate) fn sessions_end_all() -> Href {
    Href::page(&["sessions", "end-all"])
}

pub(crate) fn sessions_of_all() -> Href {
    Href::page(&["sessions", "all"])
}

pub(crate) fn sessions_of_all_end() -> Href {
    Href::page(&["sessions", "all", "end"])
}

pub(crate) fn sign_out() -> Href {
    Href::page(&["sign-out"])
}

pub(crate) fn theme() -> Href {
    Href::page(&["theme"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_routes_agree() {
        for (link, route) in [
            (catalog(), CATALOG),
            (access(), ACCESS),
            (posture(), POSTURE),
            (sign_in(), SIGN_IN),
            (sign_in_link(), SIGN_IN_LINK),
            (sessions(), SESSIONS),
            (sessions_end(), SESSIONS_END),
            (sessions_end_all(), SESSIONS_END_ALL),
            (sessions_of_all(), SESSIONS_OF_ALL),
            (sessions_of_all_end(), SESSIONS_OF_ALL_END),
            (sign_out(), SIGN_OUT),
            (theme(), THEME),
        ] {
            assert_eq!(link.as_str(), route);
        }
        let entity = Href::entity(&model::EntityRef::new("{kind}", "{namespace}", "{name}"));
        assert_eq!(entity.as_str().replace("%7B", "{").replace("%7D", "}"), ENTITY);
    }
}
