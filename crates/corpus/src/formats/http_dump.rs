//! Requests as a proxy dumps them.

use super::json::escape;
use super::{Format, Takes, naming, sheet::Sheet, sheet::Written};
use crate::credential::{Carrier, Credential};
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "HTTP dump", file_name: "captures/requests.http", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet = Sheet::new("");
    for credential in credentials {
        let path = rng.word();
        sheet.put(&format!(
            "POST /api/v1/{path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: orders/1.42\r\nAccept: */*\r\n",
            rng.host()
        ));
        let (value, secret) = (credential.whole(), credential.text.as_str());
        let header = !value.contains('\n')
            && match credential.carrier {
                Carrier::Alone | Carrier::Named => true,
                _ => credential.name == "Authorization",
            };
        if header {
            let name = match credential.carrier {
                Carrier::Alone if rng.below(2) == 0 => "Authorization: Bearer".to_owned(),
                _ => naming::header(&credential.name) + ":",
            };
            sheet.plant(credential, &Written::plain(value, secret).wrap(&format!("{name} "), "\r\n"));
            sheet.put("Content-Type: application/json\r\n\r\n{\"dryRun\":true}\r\n\r\n");
        } else {
            sheet.put("Content-Type: application/json\r\n\r\n");
            let name = naming::camel(&credential.name);
            let text = Written::new(value, secret, escape);
            sheet.plant(credential, &text.wrap(&format!("{{\"dryRun\":true,\"{name}\":\""), "\"}\r\n\r\n"));
        }
    }
    sheet
}
