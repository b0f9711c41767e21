//! The web pages: pure functions from what is to be shown to HTML.
//!
//! A view is a struct of plain data; its template (in `templates/`) only lays it out. Nothing here
//! asks the policy, the catalog or the clock: a handler that holds a permit fills the view.
//!
//! Two types carry the safety of every page. [`Text`] is whatever others wrote, bounded and without
//! characters that deceive; [`Href`] is an address with an allowed scheme. Templates escape the rest,
//! and hold no script and no style, so that the content security policy can forbid both.

pub mod access;
pub mod assets;
pub mod catalog;
pub mod condition;
pub(crate) mod device;
pub mod entity;
pub mod error;
#[expect(
    unreachable_pub,
    clippy::inline_always,
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "the filter macro generates it so"
)]
mod filters;
mod frame;
pub mod graph;
mod href;
mod icon;
pub mod link;
pub mod paths;
pub mod posture;
mod ref_link;
pub mod sessions;
pub mod sign_in;
mod text;
mod when;

pub use access::AccessPage;
pub use assets::Asset;
pub use catalog::CatalogPage;
pub use entity::EntityPage;
pub use error::ErrorPage;
pub use frame::{Frame, Section, Theme, Viewer};
pub use href::Href;
pub use link::LinkPage;
pub use posture::PosturePage;
pub use ref_link::RefLink;
pub use sessions::SessionsPage;
pub use sign_in::SignInPage;
pub use text::Text;
pub use when::When;

use icon::Icon;

/// A page that can be written as HTML.
pub trait Page {
    /// The whole document.
    fn html(&self) -> String;
}

impl<T: askama::Template> Page for T {
    fn html(&self) -> String {
        self.render().expect("writing a template into a string does not fail")
    }
}

#[cfg(test)]
mod tests;
