//! An API entity, whose OpenAPI definition is a block of text.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written, sheet::is_command, yaml};
use crate::credential::{Carrier, Credential};
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "API entity", file_name: "services/orders/api.yaml", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: orders-api\n  description: Orders, over HTTP\nspec:\n  \
         type: openapi\n  lifecycle: production\n  owner: group:default/orders\n  definition: |\n    \
         openapi: 3.0.3\n    info:\n      title: Orders\n      version: 1.4.0\n    servers:\n      \
         - url: https://orders.corp.internal/api\n    paths:\n",
    );
    for (number, credential) in credentials.iter().enumerate() {
        let name = rng.word();
        sheet.put(&format!("      /{name}/{number}:\n        get:\n          operationId: read{number}\n"));
        let (value, secret) = (credential.whole(), credential.text.as_str());
        let one_line = !value.contains('\n');
        let written = match (&credential.carrier, rng.below(2)) {
            _ if is_command(credential) => {
                yaml::prose("Try it:\n\n                ", value, secret, 16).wrap("          description: ", "\n")
            }
            (Carrier::Alone, 0) if one_line => Written::plain(value, secret).wrap(
                "          parameters:\n            - name: Authorization\n              in: header\n              \
                 schema:\n                type: string\n                example: 'Bearer ",
                "'\n",
            ),
            (Carrier::Alone | Carrier::Named, _) if one_line => {
                let header = naming::header(&credential.name);
                Written::plain(value, secret).wrap(
                    &format!(
                        "          description: |\n            Needs a key:\n\n                \
                         curl -H '{header}: "
                    ),
                    &format!("' https://orders.corp.internal/api/{name}\n"),
                )
            }
            _ => {
                let key = naming::kebab(&credential.name);
                yaml::value(value, secret, 12).wrap(&format!("          x-{key}: "), "\n")
            }
        };
        sheet.plant(credential, &written);
        sheet
            .put("          responses:\n            '200':\n              description: What was asked for\n");
    }
    if credentials.is_empty() {
        sheet.put("      /health:\n        get:\n          responses: {}\n");
    }
    sheet
}
