//! A GitHub Actions workflow.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written, sheet::is_command, yaml};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format = Format {
    name: "GitHub workflow",
    file_name: ".github/workflows/release.yml",
    takes: Takes::Settings,
    plant,
};

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "name: release\non:\n  push:\n    branches: [main]\nenv:\n  DEPLOY_TOKEN: ${{ secrets.DEPLOY_TOKEN }}\n",
    );
    let (commands, settings): (Vec<&Credential>, Vec<&Credential>) =
        credentials.iter().partition(|credential| is_command(credential));
    sheet.settings(rng, &settings, |name, value, secret| {
        yaml::value(value, secret, 4).wrap(&format!("  {}: ", naming::upper(name)), "\n")
    });
    sheet.put("jobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n      - run: |\n          set -euo pipefail\n");
    for credential in commands {
        sheet.plant(
            credential,
            &Written::plain(credential.whole(), &credential.text).wrap("          ", "\n"),
        );
    }
    sheet.put("          make release\n");
    sheet
}
