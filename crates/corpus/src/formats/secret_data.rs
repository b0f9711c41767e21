//! A Kubernetes Secret with values in base 64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format = Format {
    name: "Kubernetes Secret, data",
    file_name: "deploy/orders-secret-encoded.yaml",
    takes: Takes::Settings,
    plant,
};

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet =
        Sheet::new("apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders\ntype: Opaque\ndata:\n");
    for credential in credentials {
        let style = if rng.below(2) == 0 { naming::upper } else { naming::kebab };
        let name = style(&sheet.name(credential));
        let encoded = STANDARD.encode(credential.whole());
        let text = Written::plain(&encoded, &encoded);
        sheet.plant(credential, &text.wrap(&format!("  {name}: "), "\n"));
    }
    sheet
}
