//! The production checklist as one page: it loads nothing and runs nothing.

use checks::{Checklist, Entry};

use super::shown::{Shown, ShownFinding, Spot, split_command};
use super::text;

const STYLE: &str = include_str!("page.css");

/// How a line of the checklist stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Pass,
    Fail,
    Unknown,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

pub(crate) fn document(shown: &Shown) -> String {
    let counts = anstream::adapter::strip_str(&text::counts(shown)).to_string();
    let roots: Vec<&str> = shown.roots.iter().map(|root| root.name.as_str()).collect();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>Production checklist</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>Production checklist</h1>\n\
         <p class=\"quiet\">{} · {}</p>\n",
        escaped(&roots.join(", ")),
        escaped(&counts),
    );
    let states: Vec<(Checklist, State)> =
        Checklist::ALL.into_iter().map(|item| (item, state(item, shown))).collect();
    let number = |wanted| states.iter().filter(|(_, state)| *state == wanted).count();
    let (pass, fail, unknown) = (number(State::Pass), number(State::Fail), number(State::Unknown));
    put(
        &mut out,
        &format!(
            "<p class=\"sum\"><span class=\"fail\">{fail} fail</span> <span class=\"unknown\">{unknown} unknown</span> \
         <span class=\"pass\">{pass} pass</span></p>\n</header>\n<main>\n"
        ),
    );
    for (item, state) in states {
        line(item, state, shown, &mut out);
    }
    out.push_str("</main>\n");
    facts(shown, &mut out);
    out.push_str("</body>\n</html>\n");
    out
}

fn put(out: &mut String, text: &str) {
    out.push_str(text);
}

fn rules(item: Checklist, shown: &Shown) -> Vec<&'static Entry> {
    shown.rules.iter().copied().filter(|entry| entry.rule.checklist == item).collect()
}

/// Unknown when a rule could not look, or when there is none.
fn state(item: Checklist, shown: &Shown) -> State {
    let rules = rules(item, shown);
    let is_of = |id: &str| rules.iter().any(|entry| entry.id == id);
    if shown.findings.iter().any(|finding| finding.entry.rule.checklist == item) {
        State::Fail
    } else if rules.is_empty() || shown.skipped.iter().any(|one| is_of(one.rule)) {
        State::Unknown
    } else {
        State::Pass
    }
}

fn line(item: Checklist, state: State, shown: &Shown, out: &mut String) {
    let word = state.word();
    let rules = rules(item, shown);
    let found: Vec<&ShownFinding> =
        shown.findings.iter().filter(|finding| finding.entry.rule.checklist == item).collect();
    let skipped: Vec<_> =
        shown.skipped.iter().filter(|one| rules.iter().any(|entry| entry.id == one.rule)).collect();
    let open = if state == State::Fail { " open" } else { "" };
    let told = match found.len() {
        0 => text::count(rules.len(), "rule", "rules"),
        number => text::count(number, "finding", "findings"),
    };
    put(
        out,
        &format!(
            "<details class=\"line\"{open}>\n<summary><span class=\"state {word}\">{word}</span> \
         <span class=\"title\">{}</span> <span class=\"quiet\">{told}</span></summary>\n",
            escaped(item.title()),
        ),
    );
    for finding in found {
        tell(finding, out);
    }
    if !skipped.is_empty() {
        out.push_str("<ul class=\"quiet\">\n");
        for one in skipped {
            put(out, &format!("<li><code>{}</code> was skipped: {}</li>\n", one.rule, escaped(&one.reason)));
        }
        out.push_str("</ul>\n");
    }
    if rules.is_empty() {
        out.push_str("<p class=\"quiet\">No rule of this line ran.</p>\n");
    }
    out.push_str("</details>\n");
}

fn tell(finding: &ShownFinding, out: &mut String) {
    let severity = finding.severity.name();
    put(
        out,
        &format!(
            "<article>\n<h3><span class=\"severity {severity}\">{severity}</span> {}</h3>\n\
         <p class=\"quiet\"><code>{}</code> · <code>{}</code> · confidence {}</p>\n",
            escaped(&finding.message),
            escaped(&finding.spot.to_string()),
            finding.entry.id,
            finding.confidence.name(),
        ),
    );
    if let Some(excerpt) = &finding.excerpt {
        let letters: Vec<char> = excerpt.text.chars().collect();
        let start = excerpt.column.saturating_sub(1).min(letters.len());
        let end = (start + excerpt.width).min(letters.len());
        let part = |range: std::ops::Range<usize>| escaped(&letters[range].iter().collect::<String>());
        put(
            out,
            &format!(
                "<pre><span class=\"quiet\">{} </span>{}<mark>{}</mark>{}</pre>\n",
                finding.spot.line,
                part(0..start),
                part(start..end),
                part(end..letters.len()),
            ),
        );
    }
    out.push_str("<dl>\n");
    for (word, said) in [("Why", &finding.why), ("Do", &finding.fix.what)] {
        if !said.is_empty() {
            put(out, &format!("<dt>{word}</dt><dd>{}</dd>\n", escaped(said)));
        }
    }
    if !finding.evidence.is_empty() {
        out.push_str("<dt>Because</dt><dd><ol>\n");
        for (spot, said) in &finding.evidence {
            let (said, command) = split_command(said);
            let command =
                command.map(|command| format!(" <code>{}</code>", escaped(command))).unwrap_or_default();
            put(out, &format!("<li>{}{}{command}</li>\n", escaped(said), place(spot.as_ref())));
        }
        out.push_str("</ol></dd>\n");
    }
    out.push_str("</dl>\n</article>\n");
}

fn place(spot: Option<&Spot>) -> String {
    spot.map(|spot| format!(" <code>{}</code>", escaped(&spot.to_string()))).unwrap_or_default()
}

fn facts(shown: &Shown, out: &mut String) {
    out.push_str("<footer>\n<h2>What was looked at</h2>\n<ul>\n");
    for project in &shown.projects {
        let folder = escaped(&project.folder);
        let how = escaped(&project.productions.join("; "));
        let release = escaped(&text::release(project));
        put(out, &format!("<li><code>{folder}</code> {how}; release {release}</li>\n"));
    }
    for (finding, acceptance) in &shown.accepted {
        let (spot, rule) = (finding.spot.to_string(), finding.entry.id);
        let (reason, until) = (escaped(&acceptance.reason), &acceptance.until);
        let told =
            format!("<code>{rule}</code> at <code>{}</code> is accepted until {until}", escaped(&spot));
        put(out, &format!("<li>{told}: {reason}</li>\n"));
    }
    for (path, reason) in &shown.unread {
        put(out, &format!("<li><code>{}</code> was not read: {}</li>\n", escaped(path), escaped(reason)));
    }
    put(out, &format!("</ul>\n<p class=\"quiet\">stagedoor {}</p>\n</footer>\n", env!("CARGO_PKG_VERSION")));
}

/// Text in HTML and XML, between tags and in quoted attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What XML cannot hold at all.
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(escaped("<a b='c\"'>&\u{ffff}"), "&lt;a b=&#39;c&quot;&#39;&gt;&amp;\u{fffd}");
    }
}
