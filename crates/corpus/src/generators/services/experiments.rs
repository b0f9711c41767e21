//! Stores of vectors, traces of prompts and records of experiments.

use crate::credential::{Draft, Generator};
use crate::rng::{BASE62, HEX};

const PINECONE: &str = "https://docs.pinecone.io/guides/production/security-overview";
const WEIGHTS_AND_BIASES: &str =
    "https://docs.wandb.ai/support/models/articles/why-does-my-api-key-fail-with-must-be-40-characters";

pub(super) const ALL: &[Generator] = &[
    Generator::new("langsmith-key", "https://docs.langchain.com/langsmith/create-account-api-key", |rng| {
        let prefix = rng.pick(&["lsv2_pt_", "lsv2_sk_"]);
        let name = rng.pick(&["LANGSMITH_API_KEY", "LANGCHAIN_API_KEY"]);
        Draft::token(prefix, format!("{}_{}", rng.text(HEX, 32), rng.text(HEX, 10))).called(name)
    }),
    Generator::new(
        "langfuse-secret",
        "https://langfuse.com/docs/api-and-data-platform/features/public-api",
        |rng| Draft::token("sk-lf-", rng.uuid()).called("LANGFUSE_SECRET_KEY"),
    ),
    Generator::new("pinecone-key", PINECONE, |rng| {
        let random = format!("{}_{}", rng.text(BASE62, 6), rng.text(BASE62, 63));
        Draft::token("pcsk_", random).called("PINECONE_API_KEY")
    }),
    Generator::new("pinecone-key", PINECONE, |rng| Draft::named("PINECONE_API_KEY", rng.uuid())),
    Generator::new("weights-and-biases-key", WEIGHTS_AND_BIASES, |rng| {
        Draft::named("WANDB_API_KEY", rng.text(HEX, 40))
    }),
    Generator::new("weights-and-biases-key", WEIGHTS_AND_BIASES, |rng| {
        let random = format!("{}_{}", rng.text(BASE62, 27), rng.text(BASE62, 49));
        Draft::token("wandb_v1_", random).called("WANDB_API_KEY")
    }),
];
