//! Where data is kept, and how it gets there.

super::topic! {
    database_tls_not_verified "database-tls-not-verified",
    database_no_tls "database-no-tls",
    database_in_memory "database-in-memory",
    database_end_of_life "database-end-of-life",
    database_on_container_disk "database-on-container-disk",
    database_superuser "database-superuser",
    cache_no_tls "cache-no-tls",
}

/// Whether a host is the machine itself, or a socket on it.
fn is_local(host: &str) -> bool {
    host.starts_with('/') || matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]")
}
