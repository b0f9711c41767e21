//! `cargo +nightly fuzz run keys` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| identity::fuzz::keys(data));
