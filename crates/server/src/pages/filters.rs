//! What templates may do to a value.

use askama::Values;

use super::Href;

/// The one way an address gets into a page. It takes an [`Href`] and nothing else, so a link built
/// from raw text does not compile; a test checks that no template writes one without it.
#[askama::filter_fn]
pub(crate) fn url<H: AsRef<Href>>(href: H, _: &dyn Values) -> askama::Result<String> {
    Ok(href.as_ref().as_str().to_owned())
}
