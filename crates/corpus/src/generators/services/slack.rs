//! Slack.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::credential::{Draft, Generator};
use crate::rng::{ALPHANUMERIC_UPPER, BASE62, DIGITS, HEX, Rng};

const TOKENS: &str = "https://docs.slack.dev/authentication/tokens";
const ROTATION: &str = "https://docs.slack.dev/authentication/using-token-rotation";
const WEBHOOKS: &str = "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks";
const WORKFLOWS: &str = "https://slack.com/help/articles/360041352714-Build-a-workflow--Create-a-workflow-that-starts-outside-of-Slack";

pub(super) const ALL: &[Generator] = &[
    Generator::new("slack-bot-token", TOKENS, |rng| {
        let random = format!("{}-{}-{}", number(rng, 12), number(rng, 13), rng.text(BASE62, 24));
        Draft::token("xoxb-", random).called(rng.pick(&["SLACK_BOT_TOKEN", "SLACK_TOKEN"]))
    }),
    Generator::new("slack-user-token", TOKENS, |rng| {
        Draft::token("xoxp-", three_numbers(rng, 32)).called(rng.pick(&["SLACK_USER_TOKEN", "SLACK_TOKEN"]))
    }),
    Generator::new("slack-app-token", TOKENS, |rng| {
        let random =
            format!("A{}-{}-{}", rng.text(ALPHANUMERIC_UPPER, 10), number(rng, 13), rng.text(HEX, 64));
        Draft::token("xapp-1-", random).called("SLACK_APP_TOKEN")
    }),
    Generator::new("slack-config-token", ROTATION, |rng| {
        let plain = format!("2-2-{}-{}", number(rng, 12), three_numbers(rng, 64));
        encoded("xoxe.xoxp-1-", &plain).called("SLACK_CONFIG_TOKEN")
    }),
    Generator::new("slack-config-refresh-token", ROTATION, |rng| {
        let plain =
            format!("2-2-{}-{}-{}-{}", number(rng, 12), number(rng, 13), number(rng, 13), rng.text(HEX, 64));
        encoded("xoxe-1-", &plain).called("SLACK_CONFIG_REFRESH_TOKEN")
    }),
    Generator::new(
        "slack-legacy-token",
        "https://docs.slack.dev/legacy/legacy-custom-integrations/",
        |rng| {
            let prefix = rng.pick(&["xoxs-", "xoxo-"]);
            Draft::token(prefix, three_numbers(rng, 10)).called("SLACK_API_TOKEN")
        },
    ),
    Generator::new("slack-session-token", "observed: requests of Slack's own web client", |rng| {
        Draft::token("xoxc-", three_numbers(rng, 64)).called("SLACK_TOKEN")
    }),
    Generator::new("slack-webhook", WEBHOOKS, |rng| {
        let secret = rng.text(BASE62, 24);
        let (team, hook) = (identifier(rng, "T"), identifier(rng, "B"));
        let url = format!("https://hooks.slack.com/services/{team}/{hook}/{secret}");
        Draft::token("", &secret).within("SLACK_WEBHOOK_URL", url)
    }),
    Generator::new("slack-workflow-webhook", WORKFLOWS, |rng| {
        let team = identifier(rng, "T");
        if rng.below(2) == 0 {
            let secret = rng.text(HEX, 32);
            let url = format!("https://hooks.slack.com/triggers/{team}/{}/{secret}", number(rng, 13));
            return Draft::token("", &secret).within("SLACK_TRIGGER_URL", url);
        }
        let secret = rng.text(BASE62, 24);
        let (application, step) = (identifier(rng, "A"), number(rng, 18));
        let url = format!("https://hooks.slack.com/workflows/{team}/{application}/{step}/{secret}");
        Draft::token("", &secret).within("SLACK_WORKFLOW_URL", url)
    }),
    Generator::new(
        "slack-signing-secret",
        "https://docs.slack.dev/authentication/verifying-requests-from-slack",
        |rng| Draft::named("SLACK_SIGNING_SECRET", rng.text(HEX, 32)),
    ),
];

fn number(rng: &mut Rng, digits: usize) -> String {
    format!("{}{}", rng.text("123456789", 1), rng.text(DIGITS, digits - 1))
}

/// The numbers of a workspace, a person and an installation, then the secret.
fn three_numbers(rng: &mut Rng, secret: usize) -> String {
    format!("{}-{}-{}-{}", number(rng, 12), number(rng, 13), number(rng, 13), rng.text(HEX, secret))
}

/// The identifier of a workspace, an application or a webhook.
fn identifier(rng: &mut Rng, kind: &str) -> String {
    let length = rng.between(8, 10);
    format!("{kind}0{}", rng.text(ALPHANUMERIC_UPPER, length - 1))
}

fn encoded(prefix: &str, plain: &str) -> Draft {
    let encoded = STANDARD_NO_PAD.encode(plain);
    // Three bytes, `2-2`, are always the same.
    let (known, random) = encoded.split_at(4);
    Draft::token(&format!("{prefix}{known}"), random)
}
