-- One text for both engines. Instants are microseconds since 1970 (UTC), hashes are lower-case hex.

CREATE TABLE entities (
    ref TEXT PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    etag TEXT NOT NULL,
    location_key TEXT NOT NULL,
    origin TEXT NOT NULL,
    source_hash TEXT NOT NULL,
    parents TEXT NOT NULL,
    edges TEXT NOT NULL,
    problems TEXT NOT NULL,
    seq BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX entities_seq ON entities (seq);

-- What is gone, until every follower has had time to see it.
CREATE TABLE tombstones (
    ref TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX tombstones_seq ON tombstones (seq);

-- One row. Locked by every change, so that changes are numbered without gaps in the order they commit.
-- Deletions up to horizon may have been forgotten.
CREATE TABLE feed (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    horizon BIGINT NOT NULL
);
INSERT INTO feed (id, seq, horizon) VALUES (1, 0, 0);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    user_ref TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    user_agent TEXT,
    ip TEXT
);
CREATE INDEX sessions_user ON sessions (user_ref);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE links (
    hash TEXT PRIMARY KEY,
    user_ref TEXT,
    expires_at BIGINT NOT NULL,
    redeemed_at BIGINT
);

-- Each process that writes records is a writer of its own; its records are numbered from 1 without gaps.
CREATE TABLE audit_writers (
    id BIGINT PRIMARY KEY,
    started_at BIGINT NOT NULL
);

CREATE TABLE audit (
    writer BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_id TEXT,
    action TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_ref TEXT,
    outcome TEXT NOT NULL,
    ip TEXT,
    request_id TEXT,
    user_agent TEXT,
    hostname TEXT,
    plugin TEXT NOT NULL,
    event_id TEXT NOT NULL,
    severity TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    meta TEXT,
    url TEXT,
    method TEXT,
    PRIMARY KEY (writer, seq)
);
CREATE INDEX audit_at ON audit (at);
-- Reads are nearly all of the log and are found by time. An entry for each of them in an order of its own
-- would dirty a page per record and cost four times as much as the record itself.
CREATE INDEX audit_actor ON audit (actor_id, at) WHERE severity <> 'low';
CREATE INDEX audit_resource ON audit (resource_ref, at) WHERE severity <> 'low';

-- Refusals of strangers, counted per minute, kind and address prefix.
CREATE TABLE audit_strangers (
    minute BIGINT NOT NULL,
    kind TEXT NOT NULL,
    prefix TEXT NOT NULL,
    hits BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (minute, kind, prefix)
);
