//! `cargo +nightly fuzz run range` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::fuzz::range(data));
