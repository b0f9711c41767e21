use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::generators::generators;

/// Files with two credentials of every generator, a few to a file.
fn files(format: &Format) -> Vec<Planted> {
    let mut rng = Rng::new(17);
    let mut files = Vec::new();
    for _ in 0..2 {
        let credentials: Vec<Credential> =
            generators().iter().map(|generator| generator.make(&mut rng)).collect();
        for few in credentials.chunks(6) {
            files.push(format.plant(&mut rng, few));
        }
    }
    files.retain(|file| !file.places.is_empty());
    files
}

fn extension(format: &Format) -> Option<&'static str> {
    format.file_name().rsplit_once('.').map(|(_, extension)| extension)
}

#[test]
fn a_file_holds_what_it_says() {
    for format in Format::all() {
        let files = files(format);
        assert!(!files.is_empty(), "{} takes nothing", format.name());
        for Planted { text, places, .. } in files {
            for place in places {
                let start: usize = text.split_inclusive('\n').take(place.line - 1).map(str::len).sum();
                let on_line = text[start..].find(&place.written);
                let line_length = text[start..].find('\n').expect("files end with a new line");
                assert!(
                    on_line.is_some_and(|at| at <= line_length),
                    "{}: {place:?} in {text}",
                    format.name()
                );
            }
        }
    }
}

#[test]
fn what_is_written_is_the_secret_encoded() {
    for format in Format::all() {
        for place in files(format).into_iter().flat_map(|file| file.places) {
            let written = place.written.as_str();
            let plain = match format.name() {
                "base64" | "Kubernetes Secret, data" => {
                    String::from_utf8(STANDARD.decode(written).expect("base 64")).expect("text")
                }
                "diff" => written.replace("\n+", "\n"),
                "properties" => written.replace("\\n\\\n    ", "\n"),
                "XML" => written
                    .replace("&quot;", "\"")
                    .replace("&gt;", ">")
                    .replace("&lt;", "<")
                    .replace("&amp;", "&"),
                _ => written.to_owned(),
            };
            let unquoted: Result<String, _> = serde_json::from_str(&format!("\"{plain}\""));
            let quoted = plain.replace("\\n", "\n").replace("\\\"", "\"");
            let forms = [unpercent(&plain), unquoted.unwrap_or_default(), quoted, plain];
            let found = forms.iter().any(|form| solid(form).contains(&solid(&place.secret)));
            assert!(found, "{}: {place:?}", format.name());
        }
    }
}

/// Undoes `percent::encode`.
fn unpercent(text: &str) -> String {
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) => decoded.extend([&*char::from(byte).to_string(), &part[2..]]),
            None => decoded.extend(["%", part]),
        }
    }
    decoded
}

#[test]
fn every_accepted_credential_is_planted_where_files_hold_many() {
    let mut rng = Rng::new(23);
    for format in Format::all() {
        let credentials: Vec<Credential> =
            generators().iter().map(|generator| generator.make(&mut rng)).collect();
        for credential in credentials.iter().filter(|credential| format.accepts(credential)) {
            let planted = format.plant(&mut rng, std::slice::from_ref(credential));
            assert_eq!(planted.places.len(), 1, "{}: {credential:?}", format.name());
        }
    }
}

#[test]
fn every_generator_fits_a_format() {
    let mut rng = Rng::new(29);
    for generator in generators() {
        let credential = generator.make(&mut rng);
        assert!(Format::all().iter().any(|format| format.accepts(&credential)), "{credential:?}");
    }
}

#[test]
fn formats_have_names_of_their_own() {
    let names: HashSet<&str> = Format::all().iter().map(Format::name).collect();
    let files: HashSet<&str> = Format::all().iter().map(Format::file_name).collect();
    assert_eq!((names.len(), files.len()), (Format::all().len(), Format::all().len()));
}

#[test]
fn the_same_seed_makes_the_same_file() {
    let credentials: Vec<Credential> =
        generators().iter().take(9).map(|generator| generator.make(&mut Rng::new(1))).collect();
    for format in Format::all() {
        let make = || format.plant(&mut Rng::new(2), &credentials).text;
        assert_eq!(make(), make());
    }
}

#[test]
fn json_is_json() {
    for format in Format::all() {
        let (whole, lines) = (extension(format) == Some("json"), extension(format) == Some("jsonl"));
        for file in files(format) {
            let documents: Vec<&str> = match (whole, lines) {
                (true, _) => vec![&file.text],
                (_, true) => file.text.lines().collect(),
                _ => Vec::new(),
            };
            for document in documents {
                let read: Result<serde_json::Value, _> = serde_json::from_str(document);
                assert!(read.is_ok(), "{}: {read:?} in {document}", format.name());
            }
        }
    }
}

#[test]
fn yaml_is_yaml_and_holds_the_secrets() {
    let limits = untrusted::yaml::Limits::default();
    for format in Format::all() {
        let yaml = matches!(extension(format), Some("yaml" | "yml")) || format.name() == "kubeconfig";
        for file in files(format).into_iter().filter(|_| yaml) {
            let documents = untrusted::yaml::parse_documents(file.text.as_bytes(), &limits);
            let documents =
                documents.unwrap_or_else(|error| panic!("{}: {error} in {}", format.name(), file.text));
            let read: String = documents
                .into_iter()
                .map(|document| {
                    strings(&document.content.expect("YAML").expect("a document has a value").into_json())
                })
                .collect();
            // A definition is YAML within YAML, where lines have a margin of their own.
            let read = solid(&read);
            for place in file.places {
                let plain =
                    if format.name() == "Kubernetes Secret, data" { &place.written } else { &place.secret };
                let found =
                    [plain.clone(), percent::encode(plain)].iter().any(|form| read.contains(&solid(form)));
                assert!(found, "{}: {place:?}", format.name());
            }
        }
    }
}

/// A text without its white space.
fn solid(text: &str) -> String {
    text.split_ascii_whitespace().collect()
}

/// All strings of a value, one after the other.
fn strings(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => format!("{text}\n"),
        serde_json::Value::Array(items) => items.iter().map(strings).collect(),
        serde_json::Value::Object(members) => members.values().map(strings).collect(),
        _ => String::new(),
    }
}

#[test]
fn toml_is_toml() {
    for format in Format::all().iter().filter(|format| extension(format) == Some("toml")) {
        for file in files(format) {
            let read: Result<toml_edit::DocumentMut, _> = file.text.parse();
            assert!(read.is_ok(), "{}: {read:?} in {}", format.name(), file.text);
        }
    }
}
