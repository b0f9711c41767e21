//! `stagedoor demo`: the made-up company that comes with the binary.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use config::{Environment, Mode};

use super::serve;
use crate::failure::Failure;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Port to listen on, loopback only.
    #[arg(long, default_value_t = 7007)]
    port: u16,
}

/// The files of `demo/`, by their path inside it.
macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../../../demo/", $path)))),+]
    };
}

const FILES: &[(&str, &str)] = files![
    "app-config.yaml",
    "catalog/all.yaml",
    "catalog/org/groups.yaml",
    "catalog/org/users.yaml",
    "catalog/freight/catalog-info.yaml",
    "catalog/freight/mkdocs.yml",
    "catalog/freight/docs/index.md",
    "catalog/payments/catalog-info.yaml",
    "catalog/customer/catalog-info.yaml",
    "catalog/platform/catalog-info.yaml",
    "catalog/templates/templates.yaml",
    "catalog/templates/skeleton-rust/catalog-info.yaml",
    "catalog/templates/skeleton-java/catalog-info.yaml",
    "catalog/templates/skeleton-site/catalog-info.yaml",
];

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let folder = tempfile::Builder::new()
        .prefix("stagedoor-demo-")
        .tempdir()
        .map_err(|error| Failure::Internal(error.into()))?;
    write_files(folder.path()).map_err(|error| Failure::Internal(error.into()))?;
    output::error_line(&format!(
        "{}: a made-up shipping company, kept in memory, gone when you press Ctrl-C",
        output::strong("demo")
    ));
    // The demo's own port and address, and nothing of the environment it is started in.
    let port = arguments.port;
    let environment: Environment = [
        ("APP_CONFIG_backend_baseUrl", format!("http://localhost:{port}")),
        ("APP_CONFIG_app_baseUrl", format!("http://localhost:{port}")),
        ("APP_CONFIG_backend_listen_port", port.to_string()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    serve::serve(config::Request {
        files: Vec::new(),
        root: folder.path().to_path_buf(),
        environment,
        mode: Mode::Development,
    })
}

fn write_files(folder: &Path) -> std::io::Result<()> {
    for (path, text) in FILES {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::FILES;

    fn walk(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("the demo is there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }

    #[test]
    fn every_file_of_the_demo_is_in_the_binary() {
        let demo = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo"));
        let mut found = Vec::new();
        walk(demo, &mut found);
        for path in found {
            let name = path.strip_prefix(demo).expect("it is inside").to_string_lossy().replace('\\', "/");
            assert!(FILES.iter().any(|(known, _)| *known == name), "{name} is missing from FILES");
        }
    }
}
