//! A Kubernetes Secret with plain values.

use super::{Format, Takes, naming, sheet::Sheet, yaml};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format = Format {
    name: "Kubernetes Secret, stringData",
    file_name: "deploy/orders-secret.yaml",
    takes: Takes::Settings,
    plant,
};

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders\n  namespace: prod\n  labels:\n    app: orders\ntype: Opaque\nstringData:\n",
    );
    for credential in credentials {
        let style = if rng.below(2) == 0 { naming::upper } else { naming::kebab };
        let name = style(&sheet.name(credential));
        let text = yaml::value(credential.whole(), &credential.text, 4);
        sheet.plant(credential, &text.wrap(&format!("  {name}: "), "\n"));
    }
    sheet
}
