//! What stands around every page: the bar, who is looking, the banner, the theme.

use super::{Href, Text};

/// What every page is told about its surroundings.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The page's name, for the browser's tab.
    pub title: Text,
    /// The page's own address, to come back to after a form in the bar.
    pub here: Href,
    /// Which entry of the bar is the page's.
    pub section: Section,
    /// Who is looking; `None` for a stranger, who is shown no bar entries.
    pub viewer: Option<Viewer>,
    /// What the banner says in development mode, for example `listening on 127.0.0.1 only`.
    pub development: Option<Text>,
    /// The chosen theme.
    pub theme: Theme,
}

/// An entry of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The catalog and its entities.
    Catalog,
    /// The production checklist.
    Posture,
    /// What the viewer may do.
    Access,
    /// Who is signed in.
    Sessions,
    /// None of them.
    Other,
}

/// Who is looking.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Name to show.
    pub name: Text,
    /// Canonical ref.
    pub entity_ref: Text,
    /// Their own page in the catalog, if they may see it.
    pub profile: Option<Href>,
    /// Whether they may see the posture page.
    pub posture: bool,
    /// What their session's forms must send back, so that nobody else's page can send them.
    pub form_token: String,
}

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the viewer's system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Name of the cookie that keeps the choice. It says nothing about anybody and opens nothing.
    pub const COOKIE: &'static str = "stagedoor-theme";

    /// All themes, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Reads a cookie's or a form's value; anything unknown is the system's choice.
    pub fn parse(raw: &str) -> Self {
        match raw {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The value in cookies, forms and the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Its name on the switch.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "Theme: as the system",
            Self::Light => "Theme: light",
            Self::Dark => "Theme: dark",
        }
    }
}

impl Frame {
    pub(crate) fn is_in_catalog(&self) -> bool {
        self.section == Section::Catalog
    }

    pub(crate) fn is_in_posture(&self) -> bool {
        self.section == Section::Posture
    }

    pub(crate) fn is_in_sessions(&self) -> bool {
        self.section == Section::Sessions
    }

    pub(crate) fn is_in_access(&self) -> bool {
        self.section == Section::Access
    }
}
