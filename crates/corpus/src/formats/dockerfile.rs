//! A Dockerfile: `ENV`, `ARG` and `RUN`.

use super::{Format, Takes, naming, sheet::Sheet, sheet::Written, sheet::is_command};
use crate::credential::Credential;
use crate::rng::Rng;

pub(super) const FORMAT: Format =
    Format { name: "Dockerfile", file_name: "services/orders/Dockerfile", takes: Takes::Settings, plant };

fn plant(rng: &mut Rng, credentials: &[&Credential]) -> Sheet {
    let mut sheet =
        Sheet::new("FROM node:22-alpine AS build\nWORKDIR /app\nCOPY package.json ./\nRUN npm ci\n");
    let (commands, settings): (Vec<&Credential>, Vec<&Credential>) =
        credentials.iter().partition(|credential| is_command(credential));
    let word = rng.pick(&["ENV", "ARG"]);
    sheet.settings(rng, &settings, |name, value, secret| {
        let name = naming::upper(name);
        let text = Written::new(value, secret, |text| text.replace('"', "\\\"").replace('\n', "\\n"));
        if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+/=.".contains(&byte)) {
            return text.wrap(&format!("{word} {name}="), "\n");
        }
        text.wrap(&format!("{word} {name}=\""), "\"\n")
    });
    for credential in commands {
        sheet.plant(credential, &Written::plain(credential.whole(), &credential.text).wrap("RUN ", "\n"));
    }
    sheet.put("EXPOSE 8080\nCMD [\"node\", \"server.js\"]\n");
    sheet
}
