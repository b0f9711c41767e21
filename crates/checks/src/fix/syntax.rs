//! Whether a file can be read, by its kind.

use untrusted::yaml;

/// Reads a file for its mistakes only. A file of a kind that has no syntax here is always right.
pub(super) fn check(path: &str, text: &str) -> Result<(), String> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let extension = name.rsplit('.').next().unwrap_or_default();
    match extension {
        "json" => {
            serde_json::from_str::<serde::de::IgnoredAny>(text).map(drop).map_err(|error| error.to_string())
        }
        "yaml" | "yml" => {
            let documents = yaml::parse_documents(text.as_bytes(), &yaml::Limits::default());
            let documents = documents.map_err(|error| error.to_string())?;
            documents
                .into_iter()
                .try_for_each(|document| document.content.map(drop).map_err(|error| error.to_string()))
        }
        "tf" => text.parse::<hcl_edit::structure::Body>().map(drop).map_err(|error| error.to_string()),
        _ if name.contains("dockerfile") || name.contains("containerfile") => {
            parse_dockerfile::parse(text).map(drop).map_err(|error| error.to_string())
        }
        _ => Ok(()),
    }
}
