use memchr::memmem;

use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, File, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Plugins, severity: Severity::High, serve: Serve::Inapplicable, check };

const PROP: &str = "dangerouslySetInnerHTML";
/// The most bytes of one such prop.
const VALUE: usize = 2000;
/// Parts of the names of what takes scripts out of HTML.
const CLEANERS: &[&str] =
    &["purify", "sanitize", "sanitise", "filterxss", "xss(", "escapehtml", "cleanhtml", "'xss'"];
/// What makes HTML of Markdown, with the HTML that is in that.
const RENDERERS: &[&str] =
    &["marked(", "marked.parse(", ".makeHtml(", "md.render(", "markdownIt", "showdown"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut looked = false;
    for file in cx.repository().files.iter().filter(|file| is_frontend(file)) {
        looked = true;
        let Some(text) = file.text() else { continue };
        let found: Vec<usize> = memmem::find_iter(text.as_bytes(), PROP).collect();
        if found.is_empty() || is_clean(text) {
            continue;
        }
        for at in found {
            let Some(value) = html(text, at) else { continue };
            if !is_data(value) {
                continue;
            }
            findings
                .at(&file.place(at, at + PROP.len()), format!("`{}` becomes HTML as it is", shown(value)))
                .confidence(Confidence::Medium)
                .why("whoever can write it where it comes from runs scripts in the portal, as each person who looks at the page")
                .fix(Fix::manual("show it as text, or clean it with DOMPurify (`DOMPurify.sanitize(..)`) right here"));
        }
    }
    if looked { Ok(()) } else { Err(Skip::because("no frontend code here (no .tsx or .jsx)")) }
}

fn is_frontend(file: &File) -> bool {
    let aside = |part: &str| {
        matches!(
            part,
            "node_modules"
                | "skeleton"
                | "templates"
                | "content"
                | "dev"
                | "stories"
                | "__tests__"
                | "__mocks__"
        )
    };
    let name = file.name();
    matches!(name.rsplit_once('.'), Some((_, "tsx" | "jsx")))
        && !name.contains(".test.")
        && !name.contains(".stories.")
        && !file.folder().split('/').any(aside)
}

fn is_clean(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    CLEANERS.iter().any(|cleaner| lower.contains(cleaner))
}

/// What `__html` is given, of the prop at a place.
fn html(text: &str, at: usize) -> Option<&str> {
    let end = text.floor_char_boundary((at + VALUE).min(text.len()));
    let rest = text.get(at + PROP.len()..end)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().strip_prefix('{')?.trim_start();
    let inside = rest.strip_prefix('{')?.trim_start();
    let inside = ["__html", "'__html'", "\"__html\""].iter().find_map(|key| inside.strip_prefix(key))?;
    let value = inside.trim_start().strip_prefix(':')?.trim_start();
    let mut depth = 0_usize;
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' if depth > 0 => depth -= 1,
            b'}' => return value.get(..at).map(|value| value.trim().trim_end_matches(',')),
            _ => {}
        }
    }
    None
}

/// Whether a value comes from elsewhere: a part of an object, or Markdown that was rendered. What has a name of its own
/// may have been made clean before.
fn is_data(value: &str) -> bool {
    if RENDERERS.iter().any(|renderer| value.contains(renderer)) {
        return true;
    }
    let first = value.split("||").next().unwrap_or(value).split("??").next().unwrap_or(value).trim();
    let is_path = first.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.' | b'?' | b'!' | b'[' | b']')
    });
    is_path
        && first.trim_end_matches('!').contains('.')
        && !first.starts_with(|c: char| c.is_ascii_uppercase())
}

fn shown(value: &str) -> &str {
    let end = value.char_indices().nth(60).map_or(value.len(), |(at, _)| at);
    value[..end].lines().next().unwrap_or_default().trim()
}
