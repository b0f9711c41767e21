//! `cargo +nightly fuzz run cookies` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| server::fuzz::cookies(data));
