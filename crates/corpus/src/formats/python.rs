//! Python.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written, sheet::is_command};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "Python", file_name: "orders/settings.py", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new(
        "\"\"\"Settings of the orders service.\"\"\"\nimport os\n\nDEBUG = os.environ.get(\"DEBUG\") == \"1\"\n",
    );
    let (commands, settings): (Vec<&Credential>, Vec<&Credential>) =
        credentials.iter().partition(|credential| is_command(credential));
    let as_dict = rng.below(2) == 0;
    if as_dict {
        sheet.put("CONFIG = {\n");
    }
    sheet.settings(rng, &settings, |name, value, secret| {
        let (before, after) = if as_dict {
            (format!("    \"{}\": ", naming::snake(name)), ",\n")
        } else {
            (format!("{} = ", naming::upper(name)), "\n")
        };
        if value.contains('\n') {
            return Written::plain(value, secret).wrap(&format!("{before}\"\"\""), &format!("\"\"\"{after}"));
        }
        Written::new(value, secret, escape).wrap(&format!("{before}\""), &format!("\"{after}"))
    });
    if as_dict {
        sheet.put("}\n");
    }
    sheet.put("\n\ndef connect(timeout: int = 30):\n");
    for credential in commands {
        sheet.plant(
            credential,
            &Written::plain(credential.whole(), &credential.text).wrap("    # as: ", "\n"),
        );
    }
    sheet.put("    return open_client(timeout=timeout)\n");
    sheet
}
