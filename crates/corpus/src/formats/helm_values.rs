//! A Helm chart's `values.yaml`.

use super::{Format, Takes, naming, sheet::Sheet, yaml};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "Helm values", file_name: "charts/orders/values.yaml", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "replicaCount: 2\nimage:\n  repository: registry.corp.internal/orders\n  tag: 1.42.0\nservice:\n  port: 80\nconfig:\n",
    );
    let style = [naming::camel, naming::upper][rng.below(2)];
    sheet.settings(rng, credentials, |name, value, secret| {
        if value.contains('\n') {
            return yaml::value(value, secret, 4).wrap(&format!("  {}: ", style(name)), "\n");
        }
        yaml::double(value, secret).wrap(&format!("  {}: ", style(name)), "\n")
    });
    sheet.put("ingress:\n  enabled: true\n  hosts: [orders.corp.internal]\n");
    sheet
}
