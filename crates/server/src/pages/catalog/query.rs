//! What the list is asked for, as the URL says it.

use url::form_urlencoded;

use crate::pages::{Href, paths};

/// Longest value taken from the URL, in bytes; longer ones match nothing that exists.
pub(super) const MAX_VALUE: usize = 512;
/// Most parameters read from the URL.
const MAX_PARAMETERS: usize = 64;
/// The last page that can be asked for.
const MAX_PAGE: usize = 1_000_000;

/// What can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// `kind`
    Kind,
    /// `spec.type`
    Type,
    /// Target of an `ownedBy` relation, a whole ref.
    Owner,
    /// `spec.lifecycle`
    Lifecycle,
    /// One of `metadata.tags`
    Tag,
}

impl Facet {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 5] = [Self::Kind, Self::Type, Self::Owner, Self::Lifecycle, Self::Tag];

    /// Its parameter in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Type => "type",
            Self::Owner => "owner",
            Self::Lifecycle => "lifecycle",
            Self::Tag => "tag",
        }
    }

    /// Its label on the page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Kind => "Kind",
            Self::Type => "Type",
            Self::Owner => "Owner",
            Self::Lifecycle => "Lifecycle",
            Self::Tag => "Tag",
        }
    }

    /// A value as it is shown: owners without the parts that are to be expected.
    pub fn shown(self, value: &str) -> &str {
        match self {
            Self::Owner => value.strip_prefix("group:default/").unwrap_or(value),
            _ => value,
        }
    }

    /// Whether two values are the same; the catalog's filters fold case.
    pub fn same(self, one: &str, other: &str) -> bool {
        one.to_lowercase() == other.to_lowercase()
    }
}

/// A tab of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Everything the viewer may see.
    #[default]
    All,
    /// What they or their groups own.
    Owned,
}

/// The list's query: read from a URL and written into links, so that a link shows what was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogQuery {
    facets: [Option<String>; 5],
    search: Option<String>,
    tab: Tab,
    skipped_pages: usize,
}

impl CatalogQuery {
    /// Reads a URL's query. The first of equal parameters counts, unknown ones are passed over, and
    /// an empty value is none (that is what a form's untouched fields send).
    pub fn parse(raw: &str) -> Self {
        let mut query = Self::default();
        let mut seen = Vec::new();
        for (name, value) in form_urlencoded::parse(raw.as_bytes()).take(MAX_PARAMETERS) {
            if seen.contains(&name) {
                continue;
            }
            query.take(&name, &value);
            seen.push(name);
        }
        query
    }

    fn take(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() || value.len() > MAX_VALUE {
            return;
        }
        match name {
            "q" => self.search = Some(value.to_owned()),
            "tab" if value == "owned" => self.tab = Tab::Owned,
            "page" => {
                let page: usize = value.parse().unwrap_or(1);
                self.skipped_pages = page.clamp(1, MAX_PAGE) - 1;
            }
            _ => {
                if let Some(facet) = Facet::ALL.into_iter().find(|facet| facet.name() == name) {
                    self.facets[facet as usize] = Some(value.to_owned());
                }
            }
        }
    }

    /// The value a facet is filtered by.
    pub fn facet(&self, facet: Facet) -> Option<&str> {
        self.facets[facet as usize].as_deref()
    }

    /// The text searched for.
    pub fn search(&self) -> Option<&str> {
        self.search.as_deref()
    }

    /// The tab that is open.
    pub fn tab(&self) -> Tab {
        self.tab
    }

    /// The page that is shown, from 1.
    pub fn page(&self) -> usize {
        self.skipped_pages + 1
    }

    /// How many entities stand on the pages before.
    pub fn offset(&self) -> usize {
        self.skipped_pages * super::PAGE_SIZE
    }

    /// The same, filtered by `value`, from its first page. A value too long for a URL is none.
    #[must_use]
    pub fn with(&self, facet: Facet, value: &str) -> Self {
        let fits = !value.is_empty() && value.len() <= MAX_VALUE;
        let mut changed = self.with_page(1);
        changed.facets[facet as usize] = fits.then(|| value.to_owned());
        changed
    }

    /// The same without a facet's filter.
    #[must_use]
    pub fn without(&self, facet: Facet) -> Self {
        self.with(facet, "")
    }

    /// The same without the search.
    #[must_use]
    pub fn without_search(&self) -> Self {
        Self { search: None, ..self.with_page(1) }
    }

    /// The same on another tab.
    #[must_use]
    pub fn with_tab(&self, tab: Tab) -> Self {
        Self { tab, ..self.with_page(1) }
    }

    /// Another page of the same.
    #[must_use]
    pub fn with_page(&self, page: usize) -> Self {
        Self { skipped_pages: page.clamp(1, MAX_PAGE) - 1, ..self.clone() }
    }

    /// The list's address.
    pub fn href(&self) -> Href {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        if self.tab == Tab::Owned {
            pairs.push(("tab", "owned"));
        }
        if let Some(search) = self.search() {
            pairs.push(("q", search));
        }
        for facet in Facet::ALL {
            if let Some(value) = self.facet(facet) {
                pairs.push((facet.name(), value));
            }
        }
        let page = self.page().to_string();
        if self.skipped_pages > 0 {
            pairs.push(("page", &page));
        }
        paths::catalog().with_query(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn query_of(href: &Href) -> String {
        href.as_str().split_once('?').map_or("", |(_, query)| query).to_owned()
    }

    #[test]
    fn a_url_is_read_kindly() {
        let query = CatalogQuery::parse("kind=api&kind=component&q=+pay+&owner=&page=3&tab=owned&x=y");
        assert_eq!(query.facet(Facet::Kind), Some("api"));
        assert_eq!(query.facet(Facet::Owner), None);
        assert_eq!(query.search(), Some("pay"));
        assert_eq!((query.page(), query.offset(), query.tab()), (3, 100, Tab::Owned));
        assert_eq!(query.href().as_str(), "/catalog?tab=owned&q=pay&kind=api&page=3");
    }

    #[test]
    fn a_hostile_url_is_bounded() {
        for (raw, page) in
            [("page=0", 1), ("page=-1", 1), ("page=99999999999999999999", 1), ("page=9999999", MAX_PAGE)]
        {
            assert_eq!(CatalogQuery::parse(raw).page(), page, "{raw}");
        }
        assert_eq!(CatalogQuery::parse(&format!("kind={}", "a".repeat(600))), CatalogQuery::default());
    }

    #[test]
    fn changing_a_filter_goes_back_to_the_first_page() {
        let query = CatalogQuery::parse("kind=api&page=3");
        assert_eq!(query.without(Facet::Kind).href().as_str(), "/catalog");
        assert_eq!(query.with(Facet::Tag, "go").href().as_str(), "/catalog?kind=api&tag=go");
    }

    proptest! {
        #[test]
        fn a_query_survives_its_own_link(raw in "[a-z=&%+0-9é ]{0,60}", kind in ".{0,20}", page in 1_usize..99) {
            for query in [CatalogQuery::parse(&raw), CatalogQuery::default().with(Facet::Kind, kind.trim()).with_page(page)] {
                prop_assert_eq!(CatalogQuery::parse(&query_of(&query.href())), query);
            }
        }
    }
}
