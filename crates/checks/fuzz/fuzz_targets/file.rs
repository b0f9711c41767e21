//! `cargo +nightly fuzz run file` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::fuzz::file(data));
