//! `cargo +nightly fuzz run index` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::fuzz::index(data));
