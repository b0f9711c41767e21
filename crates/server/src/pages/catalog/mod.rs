//! The catalog list: filters above the table, everything in the URL.

mod query;
mod row;

use askama::Template;

pub use query::{CatalogQuery, Facet, Tab};
pub use row::Row;

use super::{Frame, Href, Icon, Text, Theme, assets, filters, paths};

/// Rows on one page of the list.
pub const PAGE_SIZE: usize = 50;

/// Most values offered by one filter; the search finds the others.
const MOST_OPTIONS: usize = 60;

/// The catalog list.
#[derive(Debug, Template)]
#[template(path = "catalog.html")]
pub struct CatalogPage {
    /// Surroundings.
    pub frame: Frame,
    /// What is asked for; the form shows it and every link keeps it.
    pub query: CatalogQuery,
    /// Entities each tab would show under the same filters.
    pub tab_counts: TabCounts,
    /// One per facet, in the order of [`Facet::ALL`].
    pub filters: Vec<Filter>,
    /// This page's rows, at most [`PAGE_SIZE`].
    pub rows: Vec<Row>,
    /// Entities that match, over all pages; only those the viewer may see.
    pub total: usize,
    /// When nothing matches: what to leave out, and how many there would be then.
    pub relaxations: Vec<Relaxation>,
}

/// Entities per tab.
#[derive(Clone, Copy, Debug, Default)]
pub struct TabCounts {
    /// In the tab "All".
    pub all: usize,
    /// In the tab "Owned".
    pub owned: usize,
}

/// One filter: a select with counts.
#[derive(Clone, Debug)]
pub struct Filter {
    /// What it filters by.
    pub facet: Facet,
    /// Its values, most frequent first.
    pub options: Vec<FilterOption>,
    /// Whether one of them is chosen.
    pub is_set: bool,
    /// Values that are not offered.
    pub left_out: usize,
}

/// One value of a filter.
#[derive(Clone, Debug)]
pub struct FilterOption {
    /// What the URL holds.
    pub value: Text,
    /// What the select shows.
    pub label: Text,
    /// Entities that have it, under the other filters.
    pub count: usize,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Filter {
    /// A filter over `counts` (value and number of entities). The value chosen in `query` is always
    /// among the options, also when nothing has it.
    pub fn new(facet: Facet, query: &CatalogQuery, mut counts: Vec<(String, usize)>) -> Self {
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let chosen = query.facet(facet);
        let is_chosen = |value: &str| chosen.is_some_and(|chosen| facet.same(chosen, value));
        let total = counts.len();
        let mut options: Vec<FilterOption> = Vec::new();
        for (at, (value, count)) in counts.iter().enumerate() {
            if is_chosen(value) || (at < MOST_OPTIONS && value.len() <= query::MAX_VALUE) {
                options.push(FilterOption {
                    value: Text::new(value),
                    label: Text::clipped(facet.shown(value), 40),
                    count: *count,
                    chosen: is_chosen(value),
                });
            }
        }
        let left_out = total - options.len();
        if let Some(chosen) = chosen
            && !options.iter().any(|option| option.chosen)
        {
            options.push(FilterOption {
                value: Text::new(chosen),
                label: Text::clipped(facet.shown(chosen), 40),
                count: 0,
                chosen: true,
            });
        }
        Self { facet, options, is_set: chosen.is_some(), left_out }
    }
}

/// A part of the query that, left out, would let something through.
#[derive(Clone, Debug)]
pub struct Relaxation {
    /// What is left out, for example `Owner: team-a`.
    pub what: Text,
    /// The list without it.
    pub href: Href,
    /// Entities it would show.
    pub count: usize,
}

impl Relaxation {
    /// Leaving out one facet of `query`; `None` if it is not set.
    pub fn without_facet(query: &CatalogQuery, facet: Facet, count: usize) -> Option<Self> {
        let value = query.facet(facet)?;
        let what = Text::short(&format!("{}: {}", facet.label(), facet.shown(value)));
        Some(Self { what, href: query.without(facet).href(), count })
    }

    /// Leaving out the search text of `query`; `None` if there is none.
    pub fn without_search(query: &CatalogQuery, count: usize) -> Option<Self> {
        let search = query.search()?;
        let what = Text::short(&format!("the search for “{search}”"));
        Some(Self { what, href: query.without_search().href(), count })
    }

    /// Leaving the tab "Owned"; `None` if it is not open.
    pub fn without_tab(query: &CatalogQuery, count: usize) -> Option<Self> {
        (query.tab() == Tab::Owned).then(|| Self {
            what: Text::new("the tab Owned"),
            href: query.with_tab(Tab::All).href(),
            count,
        })
    }
}

impl CatalogPage {
    pub(crate) fn is_owned(&self) -> bool {
        self.query.tab() == Tab::Owned
    }

    pub(crate) fn all_href(&self) -> Href {
        self.query.with_tab(Tab::All).href()
    }

    pub(crate) fn owned_href(&self) -> Href {
        self.query.with_tab(Tab::Owned).href()
    }

    pub(crate) fn search_text(&self) -> Text {
        self.query.search().map(Text::new).unwrap_or_default()
    }

    /// The list without any filter, if there is one to clear.
    pub(crate) fn clear(&self) -> Option<Href> {
        let bare = CatalogQuery::default().with_tab(self.query.tab());
        (bare.href() != self.query.with_page(1).href()).then(|| bare.href())
    }

    fn first(&self) -> usize {
        (self.query.page() - 1) * PAGE_SIZE + 1
    }

    fn last(&self) -> usize {
        self.first() + self.rows.len() - 1
    }

    /// How many there are, in words; also announced to screen readers.
    pub(crate) fn count_line(&self) -> String {
        match (self.total, self.rows.len()) {
            (0, _) => "No entities".to_owned(),
            (1, _) => "1 entity".to_owned(),
            (total, shown) if shown == total => format!("{total} entities"),
            (total, 0) => format!("{total} entities, none on this page"),
            (total, _) => format!("{}–{} of {total} entities", self.first(), self.last()),
        }
    }

    pub(crate) fn previous(&self) -> Option<Href> {
        let page = self.query.page();
        // From a page past the end one comes back to the last one.
        let last = self.total.div_ceil(PAGE_SIZE).max(1);
        (page > 1).then(|| self.query.with_page((page - 1).min(last)).href())
    }

    pub(crate) fn next(&self) -> Option<Href> {
        let page = self.query.page();
        (page * PAGE_SIZE < self.total).then(|| self.query.with_page(page + 1).href())
    }

    pub(crate) fn has_pages(&self) -> bool {
        self.previous().is_some() || self.next().is_some()
    }
}
