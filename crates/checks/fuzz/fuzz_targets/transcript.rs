//! `cargo +nightly fuzz run transcript` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::fuzz::transcript(data));
