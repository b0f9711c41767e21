-- Signing in through providers. What is sealed can be read with the sealing key only, which is never here.

ALTER TABLE sessions ADD COLUMN provider TEXT;
ALTER TABLE sessions ADD COLUMN environment TEXT;
ALTER TABLE sessions ADD COLUMN scope TEXT;
-- The provider's token.
ALTER TABLE sessions ADD COLUMN sealed TEXT;
-- The token whose place the one of token_hash took, and when: it still counts while nobody has shown that one.
ALTER TABLE sessions ADD COLUMN before TEXT;
ALTER TABLE sessions ADD COLUMN turned_at BIGINT;
CREATE INDEX sessions_begun ON sessions (created_at, id);
CREATE INDEX sessions_before ON sessions (before);

-- Tokens that others took the place of: whoever presents one has a copy.
CREATE TABLE rotated (
    hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    rotated_at BIGINT NOT NULL
);
CREATE INDEX rotated_session ON rotated (session_id, rotated_at);

-- Which sign-in a limited user token comes from: it does not say so itself.
CREATE TABLE proofs (
    hash TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX proofs_session ON proofs (session_id);
CREATE INDEX proofs_expiry ON proofs (expires_at);

-- What is good once and was used, until its time is over anyway.
CREATE TABLE spent (
    hash TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX spent_expiry ON spent (expires_at);

-- Keys that sign, by the ring in which they take turns. Each names the one it follows ('' for the first), so
-- that of two processes that make a key for the same turn one is refused.
CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY,
    ring TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    sealed TEXT NOT NULL,
    follows TEXT NOT NULL,
    UNIQUE (ring, follows)
);

-- Since when the secrets of the configuration are in use. A fingerprint is made with a key and tells nothing.
CREATE TABLE secret_ages (
    fingerprint TEXT NOT NULL,
    key TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (fingerprint, key)
);
