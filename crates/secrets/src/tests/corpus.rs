//! Generated credentials in realistic files: each is found, and nothing that is shown holds one.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::scanner;
use crate::Scanner;

/// Characters in a row of a secret's random part that nothing may show.
const WINDOW: usize = 8;
/// Of a thousand secrets, how many have to be found.
const RECALL: usize = 990;

/// Eight characters of the random part that stand in the output; none if there are none, or where they
/// stand in the text without the secret as well.
fn shown<'v>(variable: &'v str, output: &str, without: &str) -> Option<&'v str> {
    let places: Vec<usize> = variable.char_indices().map(|(at, _)| at).chain([variable.len()]).collect();
    places
        .windows(WINDOW + 1)
        .map(|ends| &variable[ends[0]..ends[WINDOW]])
        .find(|window| output.contains(window) && !without.contains(window))
}

#[test]
fn what_is_planted_in_realistic_files_is_found_and_masked() {
    let scanner = scanner();
    let (mut planted, mut found) = (0, 0);
    let mut missed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for file in corpus::corpus(11, 2) {
        let findings = scanner.scan_file(&file.file_name, file.text.as_bytes());
        let redacted = scanner.redact_file(&file.file_name, file.text.as_bytes());
        let redacted = String::from_utf8_lossy(&redacted);
        let mut without = file.text.clone();
        for place in &file.places {
            without = without.replace(&place.written, "\0");
        }
        for place in &file.places {
            planted += 1;
            let spans: Vec<_> =
                file.text.match_indices(&place.written).map(|(at, text)| at..at + text.len()).collect();
            let hit = findings.iter().find(|finding| {
                spans.iter().any(|span| finding.span.start < span.end && span.start < finding.span.end)
            });
            let window = shown(&place.variable, &redacted, &without);
            if hit.is_some() && window.is_none() {
                found += 1;
            } else {
                let why = hit.map_or("not found".to_owned(), |hit| format!("shown, found as {}", hit.rule));
                missed.entry(place.rule).or_default().push(format!("{}: {why}", file.file_name));
            }
        }
    }
    let list: Vec<String> = missed.iter().map(|(rule, why)| format!("{rule}: {}", why.join(", "))).collect();
    assert!(found * 1000 >= planted * RECALL, "{found} of {planted}:\n{}", list.join("\n"));
}

#[test]
fn trees_that_hold_secrets_are_suspected() {
    let scanner = scanner();
    let (mut trees, mut quiet) = (0, 0);
    let negatives = corpus::negatives(5);
    let files = corpus::corpus(12, 2).into_iter().map(|file| (file.file_name, file.text)).chain(negatives);
    for (name, text) in files {
        let Ok(documents) =
            untrusted::yaml::parse_documents(text.as_bytes(), &untrusted::yaml::Limits::default())
        else {
            continue;
        };
        for node in documents.into_iter().filter_map(|document| document.content.ok().flatten()) {
            let tree = node.to_json();
            let found = scanner.scan_tree(&tree);
            let suspected = scanner.suspects(tree.to_string().as_bytes());
            assert!(suspected || found.is_empty(), "{name}: {found:?}");
            trees += usize::from(tree.is_object());
            quiet += usize::from(tree.is_object() && !suspected);
        }
    }
    assert!(trees > 100 && quiet > 5, "{trees} trees, {quiet} of them not suspected");
}

/// What every surface shows of a text, cut into these chunks.
fn streamed(scanner: &Scanner, text: &str, chunk: usize) -> String {
    let mut redactor = scanner.redactor();
    let mut out: Vec<u8> = text.as_bytes().chunks(chunk).flat_map(|chunk| redactor.push(chunk)).collect();
    out.extend(redactor.finish());
    String::from_utf8_lossy(&out).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_output_shows_eight_characters_of_a_secret(seed: u64, chunk in 1_usize..200) {
        let scanner = scanner();
        let mut rng = corpus::Rng::new(seed);
        let generators = corpus::generators();
        let generator = &generators[usize::try_from(seed % generators.len() as u64).expect("an index")];
        let credential = generator.make(&mut rng);
        // What only its place in a document gives away is looked for in documents; see above.
        prop_assume!(!matches!(credential.carrier, corpus::Carrier::Piece(..)));
        let line = match &credential.carrier {
            corpus::Carrier::Alone => format!("the value is {} now", credential.text),
            corpus::Carrier::Named => format!("{}=\"{}\"", credential.name, credential.text),
            _ => credential.whole().to_owned(),
        };
        let text = format!("first line\n{line}\nlast line\n");
        let percent = line.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
        for (form, text) in [("plain", text.clone()), ("base64", STANDARD.encode(&line)), ("percent", percent)] {
            let outputs = [scanner.redact(&text).into_owned(), streamed(&scanner, &text, chunk)];
            prop_assert_eq!(&outputs[0], &outputs[1], "{} of {}", form, generator.rule);
            for output in outputs {
                let window = shown(credential.variable_text(), &output, "");
                prop_assert!(window.is_none(), "{}: {form} shows a part of itself", generator.rule);
            }
        }
        for finding in scanner.scan(text.as_bytes()) {
            let masked = finding.masked.as_str();
            prop_assert!(shown(credential.variable_text(), masked, "").is_none());
            prop_assert!(credential.text.len() >= 24 || masked == "***", "{}: {masked}", generator.rule);
        }
    }
}
