//! `cargo +nightly fuzz run request_path` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| untrusted::fuzz::request_path(data));
