//! `cargo +nightly fuzz run yaml` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| untrusted::fuzz::yaml(data));
