//! Language models and what is built around them.

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, BASE64URL, HEX, Rng};

const OPENAI: &str = "https://platform.openai.com/docs/api-reference/authentication";
const OPENAI_FORMATS: &str = "https://openrouter.ai/docs/guides/features/guardrails/secret-formats";
const ANTHROPIC: &str = "https://docs.anthropic.com/en/api/getting-started";
const HUGGING_FACE: &str = "https://huggingface.co/docs/hub/security-tokens";
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

pub(super) const ALL: &[Generator] = &[
    Generator::new("openai-key", OPENAI_FORMATS, |rng| {
        let random = marked(rng, BASE62, 20);
        Draft::token("sk-", random).called("OPENAI_API_KEY")
    }),
    Generator::new("openai-project-key", OPENAI_FORMATS, |rng| {
        let length = *rng.pick(&[&58, &74]);
        Draft::token("sk-proj-", marked(rng, BASE64URL, length)).called("OPENAI_API_KEY")
    }),
    Generator::new("openai-service-account-key", OPENAI_FORMATS, |rng| {
        let length = *rng.pick(&[&58, &74]);
        Draft::token("sk-svcacct-", marked(rng, BASE64URL, length)).called("OPENAI_API_KEY")
    }),
    Generator::new("openai-admin-key", OPENAI, |rng| {
        let length = *rng.pick(&[&58, &74]);
        Draft::token("sk-admin-", marked(rng, BASE64URL, length)).called("OPENAI_ADMIN_KEY")
    }),
    Generator::new("anthropic-api-key", ANTHROPIC, |rng| {
        Draft::token("sk-ant-api03-", rng.text(BASE64URL, 93)).tail("AA").called("ANTHROPIC_API_KEY")
    }),
    Generator::new("anthropic-admin-key", "https://docs.anthropic.com/en/api/administration-api", |rng| {
        Draft::token("sk-ant-admin01-", rng.text(BASE64URL, 93)).tail("AA").called("ANTHROPIC_ADMIN_KEY")
    }),
    Generator::new("anthropic-oauth-token", "https://docs.anthropic.com/en/docs/claude-code/iam", |rng| {
        Draft::token("sk-ant-oat01-", rng.text(BASE64URL, 93)).tail("AA").called("CLAUDE_CODE_OAUTH_TOKEN")
    }),
    Generator::new("huggingface-token", HUGGING_FACE, |rng| {
        let name = rng.pick(&["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_TOKEN"]);
        Draft::token("hf_", rng.text(LETTERS, 34)).called(name)
    }),
    Generator::new("huggingface-org-token", HUGGING_FACE, |rng| {
        Draft::token("api_org_", rng.text(LETTERS, 34)).called("HUGGINGFACE_TOKEN")
    }),
    Generator::new("cohere-key", "https://docs.cohere.com/reference/about", |rng| {
        Draft::named(rng.pick(&["COHERE_API_KEY", "CO_API_KEY"]), rng.text(BASE62, 40))
    }),
    Generator::new("mistral-key", "https://docs.mistral.ai/getting-started/quickstart", |rng| {
        Draft::named("MISTRAL_API_KEY", rng.text(BASE62, 32))
    }),
    Generator::new("replicate-token", "https://replicate.com/docs/topics/security/api-tokens", |rng| {
        Draft::token("r8_", rng.text(BASE62, 37)).called("REPLICATE_API_TOKEN")
    }),
    Generator::new("groq-key", "https://console.groq.com/docs/quickstart", |rng| {
        let random = format!("{}WGdyb3FY{}", rng.text(BASE62, 20), rng.text(BASE62, 24));
        Draft::token("gsk_", random).called("GROQ_API_KEY")
    }),
    Generator::new("perplexity-key", "https://docs.perplexity.ai/guides/api-key-management", |rng| {
        let name = rng.pick(&["PERPLEXITY_API_KEY", "PPLX_API_KEY"]);
        Draft::token("pplx-", rng.text(BASE62, 48)).called(name)
    }),
    Generator::new("xai-key", "https://docs.x.ai/docs/tutorial", |rng| {
        Draft::token("xai-", rng.text(BASE62, 80)).called("XAI_API_KEY")
    }),
    Generator::new("elevenlabs-key", "https://elevenlabs.io/docs/api-reference/authentication", |rng| {
        let name = rng.pick(&["ELEVENLABS_API_KEY", "ELEVEN_API_KEY", "XI_API_KEY"]);
        Draft::named(name, format!("sk_{}", rng.text(HEX, 48)))
    }),
    Generator::new(
        "stability-key",
        "https://platform.stability.ai/docs/getting-started/authentication",
        |rng| {
            let name = rng.pick(&["STABILITY_API_KEY", "STABILITY_KEY"]);
            Draft::named(name, format!("sk-{}", rng.text(BASE62, 48)))
        },
    ),
    Generator::new("together-key", "https://docs.together.ai/docs/quickstart", |rng| {
        Draft::named("TOGETHER_API_KEY", rng.text(HEX, 64))
    }),
    Generator::new("together-key", "https://docs.together.ai/docs/api-keys-authentication", |rng| {
        Draft::token("tgp_v1_", rng.text(BASE64URL, 43)).called("TOGETHER_API_KEY")
    }),
    Generator::new("fireworks-key", "https://docs.fireworks.ai/getting-started/quickstart", |rng| {
        Draft::named("FIREWORKS_API_KEY", format!("fw_{}", rng.text(BASE62, 24)))
    }),
    Generator::new("openrouter-key", OPENAI_FORMATS, |rng| {
        Draft::token("sk-or-v1-", rng.text(HEX, 64)).called("OPENROUTER_API_KEY")
    }),
    Generator::new("deepseek-key", "https://api-docs.deepseek.com/", |rng| {
        Draft::named("DEEPSEEK_API_KEY", format!("sk-{}", rng.text(HEX, 32)))
    }),
];

/// Two random halves, and between them the mark of every key of this vendor.
fn marked(rng: &mut Rng, letters: &str, half: usize) -> String {
    format!("{}T3BlbkFJ{}", rng.text(letters, half), rng.text(letters, half))
}
