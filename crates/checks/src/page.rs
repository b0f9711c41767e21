//! A rule's page: what `check explain` prints, what the reference is made of, and the samples that tests run.
//!
//! Shape: `# Title`, then sections `## What`, `## Why`, `## Releases`, `## Source`, `## Bad`, `## Good`, `## Fix`.
//! Under Bad and Good stand fenced blocks, each a file: the fence's info string is the language and the path
//! (`yaml app-config.yaml`). Blocks up to the next line that starts with `### ` or `---` are one repository. A path may
//! be followed by `lines=3,7`: in Bad, just these lines of that file must be found.

/// A page, cut up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The whole text.
    pub text: &'static str,
    /// What the rule finds, as a title.
    pub title: &'static str,
    /// Repositories in which it must find something.
    pub bad: Vec<Sample>,
    /// Repositories in which it must run and find nothing.
    pub good: Vec<Sample>,
}

/// A small repository.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Sample {
    /// Its files: path, text, lines that must be found if that is said.
    pub files: Vec<(&'static str, String, Option<Vec<u32>>)>,
}

impl Page {
    /// Cuts a page up. Whatever is amiss shows as missing title or samples, which tests refuse.
    pub fn parse(text: &'static str) -> Self {
        let title = text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
        Self { text, title, bad: samples(section(text, "Bad")), good: samples(section(text, "Good")) }
    }

    /// The text of a section, without its heading.
    pub fn section(&self, name: &str) -> &'static str {
        section(self.text, name).trim()
    }
}

fn section(text: &'static str, name: &str) -> &'static str {
    let mut start = None;
    let mut fenced = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if !fenced && let Some(heading) = line.strip_prefix("## ") {
            match start {
                Some(start) => return &text[start..at],
                None if heading.trim() == name => start = Some(at + line.len()),
                None => {}
            }
        }
        at += line.len();
    }
    start.map_or("", |start| &text[start..])
}

fn samples(text: &'static str) -> Vec<Sample> {
    let mut samples = vec![Sample::default()];
    let mut open: Option<(&'static str, Option<Vec<u32>>, String)> = None;
    for line in text.lines() {
        match &mut open {
            None if line.starts_with("```") => {
                let mut words = line[3..].split_whitespace().skip(1);
                let path = words.next().unwrap_or_default();
                let lines = words
                    .next()
                    .and_then(|word| word.strip_prefix("lines="))
                    .map(|list| list.split(',').filter_map(|line| line.parse().ok()).collect());
                open = Some((path, lines, String::new()));
            }
            None if line.starts_with("### ") || line == "---" => samples.push(Sample::default()),
            None => {}
            Some(_) if line == "```" => {
                let (path, lines, body) = open.take().expect("a block is open");
                let last = samples.last_mut().expect("there is always one");
                last.files.push((path, body, lines));
            }
            Some((_, _, body)) => {
                body.push_str(line);
                body.push('\n');
            }
        }
    }
    samples.retain(|sample| !sample.files.is_empty());
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_cut_up() {
        let page = Page::parse(
            "# T\n\n## What\nText.\n\n## Bad\n```yaml a.yaml lines=1,2\nx: 1\n## no heading\n```\n```json b.json\n{}\n```\n### Other\n```yaml a.yaml\n```\n\n## Good\n",
        );
        assert_eq!((page.title, page.section("What")), ("T", "Text."));
        let first = &page.bad[0].files;
        assert_eq!(first[0], ("a.yaml", "x: 1\n## no heading\n".to_owned(), Some(vec![1, 2])));
        assert_eq!(first[1], ("b.json", "{}\n".to_owned(), None));
        assert_eq!(page.bad.len(), 2);
        assert!(page.good.is_empty());
    }
}
