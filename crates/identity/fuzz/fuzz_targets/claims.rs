//! `cargo +nightly fuzz run claims` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| identity::fuzz::claims(data));
