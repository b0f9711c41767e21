//! A presented credential becomes a Principal, or does not.
