//! A Template entity: secrets in defaults, `ui:` options and the input of steps.

use super::{Format, Takes, naming, sheet::Sheet, yaml};
use crate::credential::{Carrier, Credential};
use crate::rng::Rng;

pub(super) const FORMAT: Format = Format {
    name: "Template entity",
    file_name: "templates/service/template.yaml",
    takes: Takes::Settings,
    plant,
};

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: new-service\n  title: New service\n\
         spec:\n  owner: group:default/platform\n  type: service\n  parameters:\n    - title: About\n      required: [name]\n      \
         properties:\n        name:\n          type: string\n          ui:autofocus: true\n",
    );
    // What only its name gives away has its name right before it in the steps.
    let (parameters, steps): (Vec<&Credential>, Vec<&Credential>) = credentials
        .iter()
        .partition(|credential| !matches!(credential.carrier, Carrier::Named) && rng.below(2) == 0);
    for (number, credential) in parameters.iter().enumerate() {
        let key = ["default", "ui:placeholder", "description", "ui:help"][rng.below(4)];
        sheet.put(&format!("        choice{number}:\n          type: string\n"));
        let text = yaml::value(credential.whole(), &credential.text, 12);
        sheet.plant(credential, &text.wrap(&format!("          {key}: "), "\n"));
        sheet.put("          ui:options:\n            rows: 4\n");
    }
    sheet.put("  steps:\n    - id: fetch\n      name: Fetch\n      action: fetch:template\n      input:\n        url: ./skeleton\n        values:\n          name: ${{ parameters.name }}\n");
    for (number, credential) in steps.iter().enumerate() {
        sheet.put(&format!("    - id: step{number}\n      name: Tell\n      action: http:backstage:request\n      input:\n        path: /api/proxy/orders\n"));
        let name = naming::camel(&credential.name);
        let text = yaml::value(credential.whole(), &credential.text, 10);
        sheet.plant(credential, &text.wrap(&format!("        {name}: "), "\n"));
    }
    sheet.put(
        "  output:\n    links:\n      - title: Repository\n        url: ${{ steps.fetch.output.url }}\n",
    );
    sheet
}
