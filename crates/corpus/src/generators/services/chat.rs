//! Messengers other than Slack.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::credential::{Draft, Generator};
use crate::rng::{BASE58, BASE62, BASE64URL, DIGITS, HEX, Rng};

const WORKFLOWS: &str = "https://learn.microsoft.com/en-us/power-automate/oauth-authentication";
const DISCORD: &str = "https://discord.com/developers/docs/reference#authentication";
const MATTERMOST: &str = "https://developers.mattermost.com/integrate/reference/personal-access-token/";

pub(super) const ALL: &[Generator] = &[
    Generator::new(
        "teams-webhook",
        "https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook",
        |rng| {
            let secret = rng.text(HEX, 32);
            let url = format!(
                "https://acme{}.webhook.office.com/webhookb2/{}@{}/IncomingWebhook/{secret}/{}",
                rng.text(DIGITS, 2),
                rng.uuid(),
                rng.uuid(),
                rng.uuid()
            );
            Draft::token("", &secret).within("TEAMS_WEBHOOK_URL", url)
        },
    ),
    Generator::new("teams-workflow-webhook", WORKFLOWS, |rng| {
        let secret = rng.text(BASE64URL, 43);
        let url = format!(
            "https://prod-{}.westeurope.logic.azure.com:443/workflows/{}/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={secret}",
            rng.between(10, 99),
            rng.text(HEX, 32)
        );
        Draft::token("", &secret).within("TEAMS_WORKFLOW_URL", url)
    }),
    Generator::new("teams-workflow-webhook", WORKFLOWS, |rng| {
        let secret = rng.text(BASE64URL, 43);
        let url = format!(
            "https://default{}.{}.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/{}/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={secret}",
            rng.text(HEX, 30),
            rng.text(HEX, 2),
            rng.text(HEX, 32)
        );
        Draft::token("", &secret).within("TEAMS_WORKFLOW_URL", url)
    }),
    Generator::new("discord-bot-token", DISCORD, |rng| {
        let user = STANDARD_NO_PAD.encode(snowflake(rng));
        let random = format!("{user}.G{}.{}", rng.text(BASE64URL, 5), rng.text(BASE64URL, 38));
        Draft::token("", random).called(rng.pick(&["DISCORD_TOKEN", "DISCORD_BOT_TOKEN"]))
    }),
    Generator::new("discord-webhook", "https://discord.com/developers/docs/resources/webhook", |rng| {
        let secret = rng.text(BASE64URL, 68);
        let host = rng.pick(&["discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"]);
        let url = format!("https://{host}/api/webhooks/{}/{secret}", snowflake(rng));
        Draft::token("", &secret).within("DISCORD_WEBHOOK_URL", url)
    }),
    Generator::new("discord-client-secret", "https://discord.com/developers/docs/topics/oauth2", |rng| {
        Draft::named("DISCORD_CLIENT_SECRET", rng.text(BASE64URL, 32))
    }),
    Generator::new("telegram-bot-token", "https://core.telegram.org/bots/api#authorizing-your-bot", |rng| {
        let random = format!("{}:AA{}", rng.text("123456789", 10), rng.text(BASE64URL, 33));
        Draft::token("", random).called("TELEGRAM_BOT_TOKEN")
    }),
    Generator::new("telegram-bot-token", "https://core.telegram.org/bots/api#making-requests", |rng| {
        let token = format!("{}:AA{}", rng.text("123456789", 9), rng.text(BASE64URL, 33));
        let url = format!("https://api.telegram.org/bot{token}/sendMessage");
        Draft::token("", &token).within("TELEGRAM_URL", url)
    }),
    Generator::new("mattermost-token", MATTERMOST, |rng| {
        let name = rng.pick(&["MATTERMOST_TOKEN", "MATTERMOST_ACCESS_TOKEN", "MM_ADMIN_TOKEN"]);
        Draft::named(name, rng.text("abcdefghijkmnopqrstuwxyz13456789", 26))
    }),
    Generator::new(
        "rocketchat-token",
        "https://developer.rocket.chat/apidocs/personal-access-tokens",
        |rng| {
            let name = rng.pick(&["ROCKETCHAT_TOKEN", "ROCKET_CHAT_TOKEN", "ROCKETCHAT_AUTH_TOKEN"]);
            Draft::named(name, rng.text(BASE64URL, 43))
        },
    ),
    Generator::new("zoom-client-secret", "https://developers.zoom.us/docs/internal-apps/s2s-oauth/", |rng| {
        let name = rng.pick(&["ZOOM_CLIENT_SECRET", "ZOOM_API_SECRET"]);
        Draft::named(name, rng.text(BASE62, 32))
    }),
    Generator::new(
        "google-chat-webhook",
        "https://developers.google.com/workspace/chat/quickstart/webhooks",
        |rng| {
            let secret = rng.text(BASE64URL, 43);
            // The key is the same in every webhook.
            let key = concat!("AIzaSy", "DdI0hCZtE6vySjMm-WEfRq3CPzqKqqsHI");
            let url = format!(
                "https://chat.googleapis.com/v1/spaces/AAAA{}/messages?key={key}&token={secret}",
                rng.text(BASE58, 7)
            );
            Draft::token("", &secret).within("GOOGLE_CHAT_WEBHOOK_URL", url)
        },
    )
    .or(&["gcp-api-key"]),
];

/// The number of a person or a webhook.
fn snowflake(rng: &mut Rng) -> String {
    format!("1{}", rng.text(DIGITS, 18))
}
