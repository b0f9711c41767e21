//! The files that pages load, compiled into the binary.
//!
//! Each is served under a name that holds its content's hash, so that browsers may keep it for ever
//! and a new version is never mixed with an old page.

use std::fmt::Write as _;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use super::Href;

/// How long browsers may keep an asset: its name changes when its content does.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// One file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// Where it is served, for example `/assets/app.1f0c….css`.
    pub path: String,
    /// Its media type.
    pub content_type: &'static str,
    /// Its content.
    pub bytes: &'static [u8],
}

impl Asset {
    fn new(name: &str, extension: &str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        let mut hash = String::with_capacity(16);
        for byte in Sha256::digest(bytes).iter().take(8) {
            // Writing to a string does not fail.
            let _ = write!(hash, "{byte:02x}");
        }
        Self { path: format!("/assets/{name}.{hash}.{extension}"), content_type, bytes }
    }

    /// Its address, for a template.
    pub fn href(&self) -> Href {
        let segments: Vec<&str> = self.path.split('/').skip(1).collect();
        Href::page(&segments)
    }
}

static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        Asset::new("app", "css", "text/css; charset=utf-8", include_bytes!("../../assets/app.css")),
        Asset::new("app", "js", "text/javascript; charset=utf-8", include_bytes!("../../assets/app.js")),
        Asset::new("icons", "svg", "image/svg+xml", include_bytes!("../../assets/icons.svg")),
        Asset::new("mark", "svg", "image/svg+xml", include_bytes!("../../assets/mark.svg")),
    ]
});

/// Every asset, for the route table.
pub fn all() -> &'static [Asset] {
    &*ASSETS
}

/// The style sheet.
pub fn css() -> &'static Asset {
    &ASSETS[0]
}

/// The script.
pub fn js() -> &'static Asset {
    &ASSETS[1]
}

/// The icons, one symbol each.
pub fn icons() -> &'static Asset {
    &ASSETS[2]
}

/// The product's mark, for the browser's tab.
pub fn mark() -> &'static Asset {
    &ASSETS[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_holds_its_hash_and_is_served_once() {
        let mut paths: Vec<&str> = all().iter().map(|asset| asset.path.as_str()).collect();
        for path in &paths {
            let hash = path.split('.').nth(1).expect("a hash between dots");
            assert!(hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{path}");
            assert!(path.starts_with("/assets/"), "{path}");
        }
        paths.dedup();
        assert_eq!(paths.len(), 4);
        assert_eq!(css().href().as_str(), css().path);
    }

    #[test]
    fn they_reach_for_nothing_elsewhere_and_stay_small() {
        for asset in all() {
            let content = std::str::from_utf8(asset.bytes).expect("assets are text");
            let content = content.replace("http://www.w3.org/2000/svg", "");
            assert!(!content.contains("http:") && !content.contains("https:"), "{}", asset.path);
            assert!(!content.contains("@import") && !content.contains("eval("), "{}", asset.path);
        }
        assert!(css().bytes.len() < 18_000, "style sheet: {}", css().bytes.len());
        assert!(js().bytes.len() < 8_000, "script: {}", js().bytes.len());
    }
}
