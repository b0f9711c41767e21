//! Senders of mail.

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, BASE64URL, HEX};

const MAILGUN: &str = "https://documentation.mailgun.com/docs/mailgun/api-reference/authentication/";
const MANDRILL: &str = "https://mailchimp.com/developer/transactional/guides/quick-start/";
const BREVO: &str = "https://developers.brevo.com/docs/getting-started";

pub(super) const ALL: &[Generator] = &[
    Generator::new(
        "sendgrid-key",
        "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
        |rng| {
            let random = format!("{}.{}", rng.text(BASE64URL, 22), rng.text(BASE64URL, 43));
            Draft::token("SG.", random).called(rng.pick(&["SENDGRID_API_KEY", "SENDGRID_KEY"]))
        },
    ),
    Generator::new("mailgun-key", MAILGUN, |rng| {
        Draft::token("key-", rng.text(HEX, 32)).called(rng.pick(&["MAILGUN_API_KEY", "MAILGUN_KEY"]))
    }),
    Generator::new("mailgun-key", MAILGUN, |rng| {
        let name = rng.pick(&["MAILGUN_API_KEY", "MAILGUN_PRIVATE_API_KEY", "MAILGUN_SECRET"]);
        Draft::named(name, format!("{}-{}-{}", rng.text(HEX, 32), rng.text(HEX, 8), rng.text(HEX, 8)))
    }),
    Generator::new(
        "mailgun-signing-key",
        "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
        |rng| {
            let name = rng.pick(&["MAILGUN_SIGNING_KEY", "MAILGUN_WEBHOOK_SIGNING_KEY"]);
            Draft::named(name, rng.text(HEX, 32))
        },
    ),
    Generator::new("mailchimp-key", "https://mailchimp.com/developer/marketing/guides/quick-start/", |rng| {
        let name = rng.pick(&["MAILCHIMP_API_KEY", "MAILCHIMP_KEY"]);
        let center = rng.between(1, 22);
        Draft::token("", rng.text(HEX, 32)).tail(&format!("-us{center}")).called(name)
    }),
    Generator::new("mandrill-key", MANDRILL, |rng| {
        if rng.below(2) == 0 {
            return Draft::named("MANDRILL_API_KEY", rng.text(BASE64URL, 22));
        }
        Draft::token("md-", rng.text(BASE64URL, 22)).called("MANDRILL_API_KEY")
    }),
    Generator::new(
        "postmark-token",
        "https://postmarkapp.com/developer/api/overview#authentication",
        |rng| {
            let name = rng.pick(&[
                "POSTMARK_SERVER_TOKEN",
                "POSTMARK_API_TOKEN",
                "X-Postmark-Server-Token",
                "POSTMARK_ACCOUNT_TOKEN",
            ]);
            Draft::named(name, rng.uuid())
        },
    ),
    Generator::new("sparkpost-key", "https://developers.sparkpost.com/api/#header-authentication", |rng| {
        Draft::named("SPARKPOST_API_KEY", rng.text(HEX, 40))
    }),
    Generator::new("brevo-key", BREVO, |rng| {
        let random = format!("{}-{}", rng.text(HEX, 64), rng.text(BASE62, 16));
        Draft::token("xkeysib-", random).called(rng.pick(&["BREVO_API_KEY", "SENDINBLUE_API_KEY"]))
    }),
    Generator::new("brevo-smtp-key", "https://developers.brevo.com/docs/smtp-integration", |rng| {
        let random = format!("{}-{}", rng.text(HEX, 64), rng.text(BASE62, 16));
        Draft::token("xsmtpsib-", random).called("BREVO_SMTP_KEY")
    }),
    Generator::new("resend-key", "https://resend.com/docs/dashboard/api-keys/introduction", |rng| {
        let random = format!("{}_{}", rng.text(BASE62, 8), rng.text(BASE62, 24));
        Draft::token("re_", random).called("RESEND_API_KEY")
    }),
    Generator::new("mailjet-secret", "https://dev.mailjet.com/email/guides/#authentication", |rng| {
        let name = rng.pick(&["MJ_APIKEY_PRIVATE", "MAILJET_SECRET_KEY", "MAILJET_API_SECRET"]);
        Draft::named(name, rng.text(HEX, 32))
    }),
];
