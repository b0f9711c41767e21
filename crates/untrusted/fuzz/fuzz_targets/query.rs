//! `cargo +nightly fuzz run query` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| untrusted::fuzz::query(data));
