//! Writes the pages to a folder, to be looked at in a browser.

use std::fs;

use super::samples;
use crate::pages::assets;

/// `cargo test -p server -- --ignored pages_to_look_at`, then serve the folder it names; pages refer
/// to their assets by absolute paths.
#[test]
#[ignore = "writes pages to look at"]
fn pages_to_look_at() {
    let folder = std::env::temp_dir().join("stagedoor-pages");
    fs::create_dir_all(folder.join("assets")).expect("a folder for the pages");
    for asset in assets::all() {
        fs::write(folder.join(&asset.path[1..]), asset.bytes).expect("an asset is written");
    }
    for (name, html) in samples::all() {
        fs::write(folder.join(format!("{name}.html")), html).expect("a page is written");
    }
    println!("pages are in {}", folder.display());
}
