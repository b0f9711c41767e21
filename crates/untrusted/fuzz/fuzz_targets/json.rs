//! `cargo +nightly fuzz run json` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| untrusted::fuzz::json(data));
