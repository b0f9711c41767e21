//! Realistic files that credentials are planted in. Each file is a format; nothing else in it is a secret.

use crate::credential::{Carrier, Credential, Piece};
use crate::rng::Rng;
use sheet::Sheet;

mod naming;
mod sheet;
mod yaml;

mod api_entity;
mod app_config;
mod base64_file;
mod catalog_info;
mod compose;
mod deployment;
mod diff;
mod docker_config;
mod dockerfile;
mod dotenv;
mod go;
mod helm_values;
mod http_dump;
mod ini;
mod java;
mod javascript;
mod json;
mod json_log;
mod key_file;
mod kubeconfig;
mod log;
mod manifest_secret;
mod markdown;
mod minified;
mod netrc;
mod npmrc;
mod package_json;
mod percent;
mod properties;
mod pypirc;
mod python;
mod ruby;
mod rust;
mod secret_data;
mod secret_string_data;
mod shell;
mod template_entity;
mod terraform;
mod tfvars;
mod toml;
mod typescript;
mod workflow;
mod xml;
mod yaml_config;

/// One kind of file.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    name: &'static str,
    file_name: &'static str,
    takes: Takes,
    plant: fn(&mut Rng, &[&Credential]) -> Sheet,
}

/// What can be planted in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Whatever can be the value of a setting.
    Settings,
    /// The same, but nothing of more than one line.
    ShortSettings,
    /// Parts of this one kind of file.
    Pieces(Piece),
    /// Both, the values short or long.
    SettingsAnd(Piece),
}

/// A file with credentials in it.
#[derive(Debug, Clone)]
pub struct Planted {
    /// A path as such files have.
    pub file_name: String,
    /// The whole file.
    pub text: String,
    /// Each credential in it, in the order of the file.
    pub places: Vec<Place>,
}

/// Where a credential stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The rule it must be found under.
    pub rule: &'static str,
    /// Rules that would be as right.
    pub or: &'static [&'static str],
    /// The secret itself.
    pub secret: String,
    /// The secret's random part: eight letters in a row of it must show nowhere.
    pub variable: String,
    /// The secret as it is written here, escaped or encoded as the format asks. Where a longer text is encoded as a
    /// whole, that text's encoded form.
    pub written: String,
    /// The line on which `written` begins, from 1.
    pub line: usize,
}

impl Format {
    /// Every format.
    pub const fn all() -> &'static [Self] {
        ALL
    }

    /// What people call it.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// A path as such files have.
    pub const fn file_name(&self) -> &'static str {
        self.file_name
    }

    /// Whether the credential can stand in such a file.
    pub fn accepts(&self, credential: &Credential) -> bool {
        match &credential.carrier {
            Carrier::Piece(piece, _) => {
                matches!(self.takes, Takes::Pieces(taken) | Takes::SettingsAnd(taken) if taken == *piece)
            }
            _ => match self.takes {
                Takes::Settings | Takes::SettingsAnd(_) => true,
                Takes::ShortSettings => !credential.whole().contains('\n'),
                Takes::Pieces(_) => false,
            },
        }
    }

    /// Makes a file with those of the credentials in it that it accepts. A kind of file that is one document holds
    /// the first only, and app-config.yaml the first for each of its sections.
    pub fn plant(&self, rng: &mut Rng, credentials: &[Credential]) -> Planted {
        let taken: Vec<&Credential> =
            credentials.iter().filter(|credential| self.accepts(credential)).collect();
        let sheet = (self.plant)(rng, &taken);
        Planted { file_name: self.file_name.to_owned(), text: sheet.text, places: sheet.places }
    }
}

const ALL: &[Format] = &[
    api_entity::FORMAT,
    app_config::FORMAT,
    base64_file::FORMAT,
    catalog_info::FORMAT,
    compose::FORMAT,
    deployment::FORMAT,
    diff::FORMAT,
    docker_config::FORMAT,
    dockerfile::FORMAT,
    dotenv::FORMAT,
    go::FORMAT,
    helm_values::FORMAT,
    http_dump::FORMAT,
    ini::FORMAT,
    java::FORMAT,
    javascript::FORMAT,
    json::FORMAT,
    json_log::FORMAT,
    key_file::FORMAT,
    kubeconfig::FORMAT,
    log::FORMAT,
    manifest_secret::FORMAT,
    markdown::FORMAT,
    minified::FORMAT,
    netrc::FORMAT,
    npmrc::FORMAT,
    package_json::FORMAT,
    percent::FORMAT,
    properties::FORMAT,
    pypirc::FORMAT,
    python::FORMAT,
    ruby::FORMAT,
    rust::FORMAT,
    secret_data::FORMAT,
    secret_string_data::FORMAT,
    shell::FORMAT,
    template_entity::FORMAT,
    terraform::FORMAT,
    tfvars::FORMAT,
    toml::FORMAT,
    typescript::FORMAT,
    workflow::FORMAT,
    xml::FORMAT,
    yaml_config::FORMAT,
];

#[cfg(test)]
mod tests;
