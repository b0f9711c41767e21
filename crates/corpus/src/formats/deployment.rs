//! A Kubernetes Deployment, whose variables are pairs of name and value.

use super::{Format, Takes, naming, sheet::Sheet, yaml};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "Kubernetes Deployment", file_name: "deploy/orders.yaml", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: orders\n  namespace: prod\nspec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app: orders\n  template:\n    metadata:\n      labels:\n        app: orders\n    spec:\n      containers:\n        - name: orders\n          image: registry.corp.internal/orders:1.42.0\n          ports:\n            - containerPort: 8080\n          env:\n            - name: DB_PASSWORD\n              valueFrom:\n                secretKeyRef:\n                  name: orders-db\n                  key: password\n",
    );
    sheet.settings(rng, credentials, |name, value, secret| {
        let before = format!("            - name: {}\n              value: ", naming::upper(name));
        if value.contains('\n') {
            return yaml::value(value, secret, 16).wrap(&before, "\n");
        }
        yaml::double(value, secret).wrap(&before, "\n")
    });
    sheet.put("          resources:\n            limits:\n              memory: 512Mi\n");
    sheet
}
