//! `cargo +nightly fuzz run state` in the folder above.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| server::fuzz::state(data));
