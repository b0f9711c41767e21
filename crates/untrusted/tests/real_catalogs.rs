//! Reads the catalogs of real organisations and compares with what npm `yaml` 2.9.1 makes of them.
//! Skipped where the reference data is not at hand.

use std::path::{Path, PathBuf};

use serde_json::Value;
use untrusted::yaml::{Limits, parse_documents};

/// The reference data: `../shared` beside the workspace.
fn reference() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/real");
    beside.join("expected.json").is_file().then_some(beside)
}

#[test]
fn real_files_read_as_the_reference_reads_them() {
    let Some(folder) = reference() else {
        println!("skipped: no reference data beside the workspace");
        return;
    };
    let text = std::fs::read(folder.join("expected.json")).expect("a readable file");
    let expected: Value = serde_json::from_slice(&text).expect("JSON");
    let files = expected["files"].as_object().expect("a map of files");
    let mut differences = Vec::new();
    for (path, wanted) in files {
        let bytes = std::fs::read(folder.join(path)).expect("a file of the reference data");
        let (found, wanted) = (summary(&bytes), wanted_summary(wanted));
        if found != wanted {
            differences.push(format!("{path}: found {found:?}, wanted {wanted:?}"));
        }
    }
    assert!(files.len() > 700, "only {} files", files.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What the reference says of a file, as far as syntax goes.
#[derive(Debug, PartialEq, Eq)]
struct Summary {
    documents: usize,
    empty: usize,
    /// Index, line, and the message with its place, of documents that are no YAML.
    broken: Vec<(usize, u64, String)>,
    /// Documents whose root is something else than a map.
    shapeless: Vec<usize>,
}

fn summary(bytes: &[u8]) -> Summary {
    let documents = parse_documents(bytes, &Limits::default()).expect("a readable file");
    let broken = documents.iter().filter_map(|document| {
        let error = document.content.as_ref().err()?;
        Some((document.index, u64::from(error.mark.line), error.to_string()))
    });
    let shapeless = documents.iter().filter(|document| {
        let root = document.content.as_ref().ok().and_then(Option::as_ref);
        root.is_some_and(|node| node.as_map().is_none())
    });
    Summary {
        documents: documents.len(),
        empty: documents.iter().filter(|document| document.content == Ok(None)).count(),
        broken: broken.collect(),
        shapeless: shapeless.map(|document| document.index).collect(),
    }
}

fn wanted_summary(file: &Value) -> Summary {
    let count = |field: &str| {
        let number = file.get(field).and_then(Value::as_u64).unwrap_or(0);
        usize::try_from(number).expect("a small number")
    };
    let invalid: Vec<&Value> = file["invalid"].as_array().into_iter().flatten().collect();
    let of_stage = |stage: &'static str| invalid.iter().filter(move |entry| entry["stage"] == stage);
    let index = |entry: &Value| usize::try_from(entry["doc"].as_u64().expect("a number")).expect("small");
    let message = |entry: &Value| {
        let reason = entry["reason"].as_str().expect("a reason");
        reason.split_once(": ").map_or(reason, |(_code, text)| text).to_owned()
    };
    Summary {
        documents: count("documents"),
        empty: count("empty_documents"),
        broken: of_stage("yaml")
            .map(|entry| (index(entry), entry["line"].as_u64().expect("a line"), message(entry)))
            .collect(),
        shapeless: of_stage("shape").map(|entry| index(entry)).collect(),
    }
}
