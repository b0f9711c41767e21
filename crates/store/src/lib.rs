//! Everything kept: entities, sessions, audit records. SQLite and PostgreSQL.
