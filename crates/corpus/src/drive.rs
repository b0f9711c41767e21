//! Seeds, and random changes of them: how fuzz bodies run on every build.

use crate::Rng;

/// Longest input, in bytes, after changes.
const LONGEST: usize = 8192;

/// Runs `body` over the seeds, and `rounds` times over one that tokens were put into, cut from, and swapped in; the same
/// ones on every run.
///
/// # Panics
/// If the body does, with what it failed on; and without seeds or tokens.
pub fn drive(body: fn(&[u8]), rounds: usize, seeds: &[Vec<u8>], tokens: &[&str]) {
    let mut rng = Rng::new(0x5EED);
    for seed in seeds {
        body(seed);
    }
    for _ in 0..rounds {
        let data = changed(&mut rng, seeds, tokens);
        let outcome = std::panic::catch_unwind(|| body(&data));
        assert!(outcome.is_ok(), "failed on {:?}", String::from_utf8_lossy(&data));
    }
}

fn changed(rng: &mut Rng, seeds: &[Vec<u8>], tokens: &[&str]) -> Vec<u8> {
    let mut data = seeds[rng.below(seeds.len())].clone();
    for _ in 0..=rng.below(6) {
        let at = rng.below(data.len() + 1);
        match rng.below(6) {
            0 | 1 => drop(data.splice(at..at, rng.pick(tokens).bytes())),
            2 => data.truncate(at),
            3 => {
                let end = (at + rng.below(40)).min(data.len());
                data.drain(at..end);
            }
            4 => {
                let other = &seeds[rng.below(seeds.len())];
                let from = rng.below(other.len() + 1);
                data.splice(at..at, other[from..].iter().copied());
            }
            _ if at < data.len() => data[at] = u8::try_from(rng.below(256)).expect("a byte"),
            _ => {}
        }
        data.truncate(LONGEST);
    }
    data
}
