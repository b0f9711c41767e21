//! Terraform.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "Terraform", file_name: "infra/main.tf", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "terraform {\n  required_version = \">= 1.9\"\n}\n\nvariable \"db_password\" {\n  type      = string\n  sensitive = true\n}\n\nlocals {\n",
    );
    sheet.settings(rng, credentials, setting);
    sheet.put("}\n\nresource \"aws_s3_bucket\" \"exports\" {\n  bucket = \"orders-exports\"\n}\n");
    sheet
}

/// `name = "value"`, indented.
pub(super) fn setting(name: &str, value: &str, secret: &str) -> Written {
    let name = naming::snake(name);
    if value.contains('\n') {
        return Written::plain(value, secret).wrap(&format!("  {name} = <<EOT\n"), "\nEOT\n");
    }
    Written::new(value, secret, escape).wrap(&format!("  {name} = \""), "\"\n")
}
