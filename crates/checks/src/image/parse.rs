//! The instructions of a Dockerfile. Nothing is an error: what is no instruction is left out, and a file that ends
//! in the middle of one ends it.

use std::sync::Arc;

use crate::Place;
use crate::image::instruction::Instruction;
use crate::image::shell::{self, Word};
use crate::image::source::{Joined, Source};

/// The most bytes of a Dockerfile that are read.
pub(super) const BYTES: usize = 1 << 20;
/// The most instructions.
const INSTRUCTIONS: usize = 4096;
const KEYWORDS: [&str; 18] = [
    "FROM",
    "RUN",
    "CMD",
    "LABEL",
    "MAINTAINER",
    "EXPOSE",
    "ENV",
    "ADD",
    "COPY",
    "ENTRYPOINT",
    "VOLUME",
    "USER",
    "WORKDIR",
    "ARG",
    "ONBUILD",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "SHELL",
];

/// A here-document of `COPY` or `ADD`.
#[derive(Clone, Debug)]
pub struct HereDoc {
    /// The word that ends it, which is also the name of the file if a folder is the destination.
    pub name: String,
    /// Its text's place.
    pub place: Place,
}

/// Every instruction, in order.
pub(super) fn instructions(path: &Arc<str>, text: &str) -> Vec<Instruction> {
    let text = &text[..text.floor_char_boundary(BYTES.min(text.len()))];
    let source = Source::new(path, text);
    let escape = escape(text);
    let mut at = 0;
    let mut found = Vec::new();
    while at < text.len() && found.len() < INSTRUCTIONS {
        let (line, next) = line(text, at);
        if is_blank(line) {
            at = next;
            continue;
        }
        let (joined, mut after) = join(text, at, escape);
        if let Some(instruction) = instruction(&source, &joined, &mut after) {
            found.push(instruction);
        }
        at = after;
    }
    found
}

/// A line without its end, and where the next one starts.
fn line(text: &str, at: usize) -> (&str, usize) {
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end);
    let line = &text[at..end];
    (line.strip_suffix('\r').unwrap_or(line), (end + 1).min(text.len()))
}

fn is_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// The character that continues a line, which the first comments may change.
fn escape(text: &str) -> char {
    for line in text.lines() {
        let Some((name, value)) = line.trim().strip_prefix('#').and_then(|rest| rest.split_once('=')) else {
            break;
        };
        if name.trim().eq_ignore_ascii_case("escape") && value.trim() == "`" {
            return '`';
        }
        if !name.trim().bytes().all(|c| c.is_ascii_alphanumeric()) {
            break;
        }
    }
    '\\'
}

/// One instruction's lines as one, and where the next line starts.
fn join(text: &str, mut at: usize, escape: char) -> (Joined, usize) {
    let mut joined = Joined::default();
    let mut first = true;
    while at < text.len() {
        let (line, next) = line(text, at);
        if !first && is_blank(line) {
            at = next;
            continue;
        }
        first = false;
        let Some(kept) = line.trim_end_matches([' ', '\t']).strip_suffix(escape) else {
            joined.push(line, at);
            return (joined, next);
        };
        joined.push(kept, at);
        at = next;
    }
    (joined, at)
}

fn instruction(source: &Source<'_>, joined: &Joined, after: &mut usize) -> Option<Instruction> {
    let text = &joined.text;
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len();
    let word = text.get(start..end)?.split([' ', '\t']).next()?;
    let keyword = word.to_ascii_uppercase();
    if !KEYWORDS.contains(&keyword.as_str()) {
        return None;
    }
    let place = joined.place(source, start, end);
    let mut from = skip(text, start + word.len(), end);
    let mut flags = Vec::new();
    while text[from..end].starts_with("--") {
        let stop = text[from..end].find([' ', '\t']).map_or(end, |stop| from + stop);
        let flag = &text[from..stop];
        flags.push(Word {
            text: flag.to_owned(),
            place: joined.place(source, from, stop),
            expands: flag.contains('$'),
        });
        from = skip(text, stop, end);
    }
    let list = list(source, joined, from, end);
    let mut instruction = Instruction {
        keyword,
        place,
        flags,
        list: list.is_some(),
        words: Vec::new(),
        commands: Vec::new(),
        here_docs: Vec::new(),
    };
    let runs = matches!(instruction.keyword.as_str(), "RUN" | "CMD" | "ENTRYPOINT" | "HEALTHCHECK");
    match list {
        Some(words) => {
            instruction.words = words;
            if runs {
                instruction.commands = shell::commands_of_list(source, instruction.words.clone());
            }
        }
        None if runs => {
            let from = if instruction.keyword == "HEALTHCHECK" { after_cmd(text, from, end) } else { from };
            instruction.commands = shell::commands(source, joined, from, end);
            instruction.words =
                instruction.commands.iter().flat_map(|command| command.words.clone()).collect();
        }
        None => instruction.words = plain_words(source, joined, from, end, &instruction.keyword),
    }
    if !instruction.list && matches!(instruction.keyword.as_str(), "RUN" | "COPY" | "ADD") {
        here_docs(source, &mut instruction, after);
    }
    Some(instruction)
}

fn skip(text: &str, from: usize, end: usize) -> usize {
    text[from..end].find(|c| c != ' ' && c != '\t').map_or(end, |next| from + next)
}

fn after_cmd(text: &str, from: usize, end: usize) -> usize {
    match text.get(from..from + 4) {
        Some(word) if word.eq_ignore_ascii_case("CMD ") => skip(text, from + 4, end),
        _ => from,
    }
}

/// The words of an instruction that runs nothing; separators of a shell mean nothing here. Of `ENV NAME value words`,
/// the value is one.
fn plain_words(source: &Source<'_>, joined: &Joined, from: usize, end: usize, keyword: &str) -> Vec<Word> {
    let first = joined.text[from..end].find([' ', '\t']).map_or(end, |stop| from + stop);
    if keyword == "ENV" && !joined.text[from..first].contains('=') && first < end {
        let value = skip(&joined.text, first, end);
        return [(from, first), (value, end)]
            .map(|(from, end)| Word {
                text: joined.text[from..end].trim_matches('"').to_owned(),
                place: joined.place(source, from, end),
                expands: joined.text[from..end].contains('$'),
            })
            .into();
    }
    shell::words(source, joined, from, end)
}

/// The words of `["a", "b"]`; none if it is no such list, which makes it a shell's text.
fn list(source: &Source<'_>, joined: &Joined, from: usize, end: usize) -> Option<Vec<Word>> {
    let text = joined.text.get(..end)?;
    text.get(from..)?.strip_prefix('[')?;
    let mut words = Vec::new();
    let mut at = from + 1;
    loop {
        at = skip(text, at, end);
        if words.is_empty() && text[at..] == *"]" {
            return Some(words);
        }
        let mut strings = serde_json::Deserializer::from_str(text.get(at..)?).into_iter::<String>();
        let value = strings.next()?.ok()?;
        let stop = at + strings.byte_offset();
        let place = joined.place(source, at, stop);
        words.push(Word { expands: value.contains('$'), text: value, place });
        at = skip(text, stop, end);
        match text.as_bytes().get(at)? {
            b',' => at += 1,
            b']' if at + 1 == end => return Some(words),
            _ => return None,
        }
    }
}

/// Takes the here-documents that an instruction opens off the lines after it.
fn here_docs(source: &Source<'_>, instruction: &mut Instruction, after: &mut usize) {
    let names: Vec<(String, bool)> = instruction
        .words
        .iter()
        .filter_map(|word| word.text.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<"))
        .filter(|name| !name.starts_with('<') && !name.trim_start_matches('-').is_empty())
        .map(|name| (name.trim_start_matches('-').to_owned(), name.starts_with('-')))
        .collect();
    for (name, strips) in names {
        let start = *after;
        let mut end = source.text.len();
        let mut at = start;
        while at < source.text.len() {
            let (line, next) = line(source.text, at);
            if (if strips { line.trim_start_matches('\t') } else { line }) == name {
                end = at;
                at = next;
                break;
            }
            at = next;
        }
        *after = at;
        if instruction.keyword == "RUN" {
            let mut joined = Joined::default();
            joined.push(&source.text[start..end], start);
            instruction.commands.extend(shell::commands(source, &joined, 0, end - start));
        } else {
            instruction.here_docs.push(HereDoc { name, place: source.place(start, end) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Vec<Instruction> {
        instructions(&Arc::from("Dockerfile"), text)
    }

    fn words(instruction: &Instruction) -> Vec<&str> {
        instruction.words.iter().map(|word| word.text.as_str()).collect()
    }

    #[test]
    fn lines_are_continued_and_places_kept() {
        let found = parse("# c\nFROM node:24\nRUN a && \\\n  # why\n\n  bb c\\\nd\nUSER node\n");
        assert_eq!(
            found.iter().map(|found| found.keyword.as_str()).collect::<Vec<_>>(),
            ["FROM", "RUN", "USER"]
        );
        let command = &found[1].commands[1];
        assert_eq!((command.words[0].place.line, command.words[0].place.column), (6, 3));
        assert_eq!(command.words[1].text, "cd");
        assert_eq!((found[1].place.line, found[2].place.line), (3, 8));
    }

    #[test]
    fn other_continuations() {
        let found = parse("# escape=`\nRUN a `\n b\\\nUSER x");
        assert_eq!(found[0].commands[0].words.len(), 2);
        assert_eq!(words(&found[1]), ["x"]);
        assert_eq!(parse("RUN a \\").len(), 1);
    }

    #[test]
    fn lists_and_flags() {
        let found =
            parse("COPY --chown=a:b --from=x [\"a b\", \"c\"]\nCMD [\"node\", \"x\\ty\"] \nCMD [node, x]\n");
        assert_eq!((found[0].flag("from"), words(&found[0])), (Some("x"), vec!["a b", "c"]));
        assert_eq!((found[1].list, words(&found[1])), (true, vec!["node", "x\ty"]));
        assert!(!found[2].list);
        let shell = parse("CMD [\"sh\", \"-c\", \"node a; b\"]\n");
        let last = &shell[0].commands[2].words[0];
        assert_eq!((last.text.as_str(), last.place.column), ("b", 27));
    }

    #[test]
    fn here_documents() {
        let found = parse(
            "RUN <<EOF bash\nset -x\napt-get install x\nEOF\nCOPY <<-'A' <<B /x/\n\tone\n\tA\ntwo\nB\nUSER a\n",
        );
        assert_eq!(found[0].commands[2].name(), "apt-get");
        assert_eq!(found[0].commands[2].words[0].place.line, 3);
        assert_eq!(found[1].here_docs.iter().map(|doc| doc.place.line).collect::<Vec<_>>(), [6, 8]);
        assert!(found[1].sources().is_empty());
        assert_eq!(found[2].keyword, "USER");
    }

    #[test]
    fn pairs_in_both_forms() {
        let found = parse("ENV A=1 B=\"two words\"\nENV C three four\nARG D\n");
        let pairs = |at: usize| -> Vec<(String, Option<String>)> {
            found[at]
                .pairs()
                .into_iter()
                .map(|(name, value, _)| (name.into(), value.map(Into::into)))
                .collect()
        };
        assert_eq!(pairs(0), [("A".into(), Some("1".into())), ("B".into(), Some("two words".into()))]);
        assert_eq!(pairs(1), [("C".into(), Some("three four".into()))]);
        assert_eq!(pairs(2), [("D".into(), None)]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "([A-Z]{0,4}(FROM|RUN|COPY|CMD|ENV) ?|[\\\\\"'`$(){}<\\[\\], \n#=a-cä-]{0,6}|<<E\n|--x)*") {
            parse(&text);
        }
    }
}
