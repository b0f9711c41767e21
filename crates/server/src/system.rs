//! Randomness from the crypto provider.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use model::Entropy;

/// The operating system's random source, by way of the crypto provider.
#[derive(Debug, Default)]
pub struct SystemEntropy(SystemRandom);

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes).expect("the system has a random source");
    }
}
