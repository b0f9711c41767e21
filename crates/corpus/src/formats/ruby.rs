//! Ruby.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "Ruby", file_name: "config/initializers/orders.rb", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet =
        Sheet::new("# frozen_string_literal: true\n\nrequire \"orders\"\n\nOrders.configure do |config|\n");
    let arrows = rng.below(2) == 0;
    if arrows {
        sheet.put("  config.options = {\n");
    }
    sheet.settings(rng, credentials, |name, value, secret| {
        let name = naming::snake(name);
        if value.contains('\n') && !arrows {
            return Written::plain(value, secret).wrap(&format!("  config.{name} = <<KEY\n"), "\nKEY\n");
        }
        let text = Written::new(value, secret, escape);
        if arrows {
            return text.wrap(&format!("    \"{name}\" => \""), "\",\n");
        }
        text.wrap(&format!("  config.{name} = \""), "\"\n")
    });
    if arrows {
        sheet.put("  }\n");
    }
    sheet.put("end\n");
    sheet
}
