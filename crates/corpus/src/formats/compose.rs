//! `docker-compose.yml`.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written, sheet::is_command, yaml};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "docker-compose", file_name: "docker-compose.yml", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "services:\n  cache:\n    image: valkey:8\n    ports: [\"6379:6379\"]\n  orders:\n    build: ./services/orders\n    restart: unless-stopped\n    environment:\n",
    );
    let (commands, settings): (Vec<&Credential>, Vec<&Credential>) =
        credentials.iter().partition(|credential| is_command(credential));
    let list = rng.below(2) == 0;
    sheet.settings(rng, &settings, |name, value, secret| {
        let name = naming::upper(name);
        if list && !value.contains('\n') && !value.contains(": ") {
            return Written::new(value, secret, super::json::escape)
                .wrap(&format!("      - \"{name}="), "\"\n");
        }
        if list {
            return yaml::double(&format!("{name}={value}"), secret).wrap("      - ", "\n");
        }
        yaml::value(value, secret, 8).wrap(&format!("      {name}: "), "\n")
    });
    for (number, credential) in commands.iter().enumerate() {
        sheet.put(&format!("  probe{number}:\n    image: curlimages/curl:8.11.0\n"));
        sheet.plant(
            credential,
            &yaml::value(credential.whole(), &credential.text, 6).wrap("    command: ", "\n"),
        );
    }
    sheet
}
