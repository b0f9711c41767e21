//! A file while it is written: its text, and where the secrets stand.

use std::collections::HashSet;

use super::Place;
use crate::credential::{Carrier, Credential};
use crate::rng::Rng;

/// A file while it is written.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) text: String,
    pub(super) places: Vec<Place>,
    named: HashSet<String>,
}

/// A text as a format writes it, and the secret within it, written in the same way.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) secret: String,
}

impl Written {
    /// Value and secret, both as `escape` writes them: letter by letter, so that one holds the other.
    pub(super) fn new(value: &str, secret: &str, escape: impl Fn(&str) -> String) -> Self {
        Self { text: escape(value), secret: escape(secret) }
    }

    /// A value that is written as it is.
    pub(super) fn plain(value: &str, secret: &str) -> Self {
        Self::new(value, secret, str::to_owned)
    }

    /// More text around the value.
    pub(super) fn wrap(self, before: &str, after: &str) -> Self {
        Self { text: format!("{before}{}{after}", self.text), ..self }
    }
}

impl Sheet {
    /// A file that begins with `head`.
    pub(super) fn new(head: &str) -> Self {
        Self { text: head.to_owned(), places: Vec::new(), named: HashSet::new() }
    }

    /// Adds text without a secret.
    pub(super) fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds text with a secret in it.
    pub(super) fn plant(&mut self, credential: &Credential, written: &Written) {
        let at = written.text.find(&written.secret).expect("a written value holds its written secret");
        let before = self.text.len() + at;
        self.text.push_str(&written.text);
        self.places.push(Place {
            rule: credential.rule,
            or: credential.or,
            secret: credential.text.clone(),
            variable: credential.variable_text().to_owned(),
            written: written.secret.clone(),
            line: 1 + self.text[..before].matches('\n').count(),
        });
    }

    /// Adds a whole part of a file.
    pub(super) fn piece(&mut self, credential: &Credential) {
        self.plant(credential, &Written::plain(credential.whole(), &credential.text));
    }

    /// What to call a credential in this file: no name comes twice, since a map takes a key once.
    pub(super) fn name(&mut self, credential: &Credential) -> String {
        let mut name = credential.name.clone();
        for number in 2.. {
            if self.named.insert(name.to_ascii_uppercase().replace('-', "_")) {
                break;
            }
            name = format!("{}_{number}", credential.name);
        }
        name
    }

    /// Adds settings, harmless ones between them. `line` makes a whole line, or lines, of a name, a value and the
    /// secret within it.
    pub(super) fn settings(
        &mut self,
        rng: &mut Rng,
        credentials: &[&Credential],
        line: impl Fn(&str, &str, &str) -> Written,
    ) {
        let mut harmless = HARMLESS.to_vec();
        rng.shuffle(&mut harmless);
        let mut harmless = harmless.into_iter().map(|(name, value)| line(name, value, "").text);
        self.text.extend(harmless.by_ref().take(2));
        for credential in credentials {
            let name = self.name(credential);
            self.plant(credential, &line(&name, credential.whole(), &credential.text));
            self.text.extend(harmless.next());
        }
    }
}

/// What a program may be told that is no secret, though some of it speaks of secrets.
const HARMLESS: &[(&str, &str)] = &[
    ("LOG_LEVEL", "info"),
    ("PORT", "8080"),
    ("NODE_ENV", "production"),
    ("REGION", "eu-west-1"),
    ("CACHE_TTL_SECONDS", "300"),
    ("FEATURE_NEW_CHECKOUT", "enabled"),
    ("SERVICE_NAME", "orders"),
    ("MAX_CONNECTIONS", "50"),
    ("TIMEZONE", "Europe/Paris"),
    ("BASE_URL", "https://orders.corp.internal"),
    ("PUBLIC_KEY_PATH", "/etc/keys/public.pem"),
    ("TOKEN_TTL", "3600"),
    ("PASSWORD_MIN_LENGTH", "12"),
    ("S3_BUCKET", "orders-exports"),
    ("DB_HOST", "orders-1.corp.internal"),
    ("SECRET_NAME", "orders-db"),
];

/// A file that is one document: the first credential's own.
pub(super) fn first_alone(_: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("");
    if let Some(credential) = credentials.first() {
        sheet.piece(credential);
    }
    sheet
}

/// Whether it is a command, which some formats have a place of its own for.
pub(super) fn is_command(credential: &Credential) -> bool {
    matches!(credential.carrier, Carrier::Command(_))
}
