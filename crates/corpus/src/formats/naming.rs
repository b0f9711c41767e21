//! One name in the styles of several languages.

fn parts(name: &str) -> impl Iterator<Item = String> {
    name.split(['_', '-']).map(str::to_ascii_lowercase)
}

fn joined(name: &str, between: &str) -> String {
    parts(name).collect::<Vec<_>>().join(between)
}

/// `api_key`.
pub(super) fn snake(name: &str) -> String {
    joined(name, "_")
}

/// `API_KEY`.
pub(super) fn upper(name: &str) -> String {
    joined(name, "_").to_ascii_uppercase()
}

/// `api-key`.
pub(super) fn kebab(name: &str) -> String {
    joined(name, "-")
}

/// `api.key`.
pub(super) fn dotted(name: &str) -> String {
    joined(name, ".")
}

/// `apiKey`.
pub(super) fn camel(name: &str) -> String {
    let pascal = joined_pascal(name, "");
    pascal[..1].to_ascii_lowercase() + &pascal[1..]
}

/// `Api-Key`.
pub(super) fn header(name: &str) -> String {
    joined_pascal(name, "-")
}

fn joined_pascal(name: &str, between: &str) -> String {
    let parts: Vec<String> = parts(name)
        .filter(|part| !part.is_empty())
        .map(|part| part[..1].to_ascii_uppercase() + &part[1..])
        .collect();
    parts.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_takes_every_style() {
        let styles = [snake, upper, kebab, dotted, camel, header];
        for name in ["DD_API_KEY", "Dd-Api-Key"] {
            let got = styles.map(|style| style(name));
            assert_eq!(
                got,
                ["dd_api_key", "DD_API_KEY", "dd-api-key", "dd.api.key", "ddApiKey", "Dd-Api-Key"]
            );
        }
    }
}
