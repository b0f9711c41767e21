//! A shell script.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written, sheet::is_command};
use crate::credential::{Carrier, Credential};
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "shell script", file_name: "scripts/deploy.sh", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("#!/usr/bin/env bash\nset -euo pipefail\n\ncd \"$(dirname \"$0\")/..\"\n");
    let (commands, settings): (Vec<&Credential>, Vec<&Credential>) =
        credentials.iter().partition(|credential| is_command(credential));
    let (flagged, exported): (Vec<&Credential>, Vec<&Credential>) =
        settings.into_iter().partition(|credential| {
            matches!(credential.carrier, Carrier::Named | Carrier::Alone)
                && !credential.text.contains('\n')
                && rng.below(3) == 0
        });
    sheet.settings(rng, &exported, |name, value, secret| {
        Written::plain(value, secret).wrap(&format!("export {}='", naming::upper(name)), "'\n")
    });
    for credential in flagged {
        let text = Written::plain(credential.whole(), &credential.text);
        let name = &credential.name;
        sheet.plant(
            credential,
            &match rng.below(3) {
                0 => text.wrap(&format!("./bin/orders sync --{} ", naming::kebab(name)), " --dry-run\n"),
                1 if matches!(credential.carrier, Carrier::Alone) => text.wrap(
                    "curl -fsS -H \"Authorization: Bearer ",
                    "\" https://orders.corp.internal/api/health\n",
                ),
                _ => text.wrap(
                    &format!("curl -fsS -H \"{}: ", naming::header(name)),
                    "\" https://orders.corp.internal/api/health\n",
                ),
            },
        );
    }
    for credential in commands {
        sheet.plant(credential, &Written::plain(credential.whole(), &credential.text).wrap("", "\n"));
    }
    sheet
        .put("echo \"token is ${DEPLOY_TOKEN:?not set}\" >/dev/null\nkubectl rollout status deploy/orders\n");
    sheet
}
