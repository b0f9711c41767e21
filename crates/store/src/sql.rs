//! Every statement of fixed text, once for both engines. A test prepares each on both.

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)+
        /// All of them, for the test that prepares each.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $text)),+];
    };
}

/// Rows of sessions, as `session::read` reads them. The provider's token is not among them: what only lists
/// sessions has no use for it.
macro_rules! sessions {
    ($which:literal) => {
        concat!(
            "SELECT id, token_hash, user_ref, kind, created_at, expires_at, seen_at, user_agent, ip, provider, \
             environment, scope FROM sessions ",
            $which
        )
    };
}

/// Writes SQLite's log back and cuts it to nothing; 0 in the first column when that was done.
pub(crate) const CUT_LOG: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

statements! {
    /// Takes the feed's lock and the next number.
    NEXT_SEQUENCE = "UPDATE feed SET seq = seq + 1 WHERE id = 1 RETURNING seq";
    FEED = "SELECT seq, horizon FROM feed WHERE id = 1";
    SCAN = "SELECT ref, uid, etag, body, edges, location_key, origin, parents, source_hash, problems FROM entities";
    SCAN_SERVED = "SELECT ref, uid, body, parents FROM entities";
    CHANGED = "SELECT ref, uid, etag, body, edges, location_key, origin, parents, source_hash, problems, seq \
        FROM entities WHERE seq > $1 AND seq <= $2 ORDER BY seq";
    GONE = "SELECT ref, seq FROM tombstones WHERE seq > $1 AND seq <= $2 ORDER BY seq";
    /// The sequence number of the n-th changed row after `$1`.
    NTH_CHANGE = "SELECT seq FROM (SELECT seq FROM entities WHERE seq > $1 \
        UNION ALL SELECT seq FROM tombstones WHERE seq > $1) AS changed ORDER BY seq LIMIT 1 OFFSET $2";
    OLD_TOMBSTONES = "SELECT COALESCE(MAX(seq), 0) FROM tombstones WHERE at < $1";
    DROP_TOMBSTONES = "DELETE FROM tombstones WHERE seq <= $1";
    RAISE_HORIZON = "UPDATE feed SET horizon = $1 WHERE id = 1 AND horizon < $1";

    ENTITY = "SELECT ref, uid, etag, body, edges, location_key, origin, parents, source_hash, problems \
        FROM entities WHERE ref = $1";
    SCREENED = "SELECT version FROM screening WHERE id = 1";
    NOTE_SCREENED = "UPDATE screening SET version = $1 WHERE id = 1";
    FORGET_DELETED = "DELETE FROM tombstones WHERE ref = $1";

    CREATE_SESSION = "INSERT INTO sessions (id, token_hash, user_ref, kind, created_at, expires_at, seen_at, \
        user_agent, ip, provider, environment, scope, sealed) \
        VALUES ($1, $2, $3, $4, $5, $6, $5, $7, $8, $9, $10, $11, $12)";
    SESSION = sessions!("WHERE id = $1 AND expires_at > $2");
    SESSION_BY_TOKEN = sessions!("WHERE token_hash = $1 AND expires_at > $2");
    SESSION_BY_ANY_TOKEN = sessions!("WHERE kind = 'token' AND expires_at > $2 \
        AND (token_hash = $1 OR before = $1 OR id = (SELECT session_id FROM rotated WHERE hash = $1))");
    /// The latest.
    SESSIONS_OF = sessions!("WHERE user_ref = $1 AND expires_at > $2 ORDER BY created_at DESC, id DESC LIMIT $3");
    /// The one that lives longest.
    SESSION_AT_DEVICE = sessions!("WHERE user_ref = $1 AND kind = $2 AND provider = $3 AND environment IS NOT DISTINCT \
        FROM $4 AND user_agent IS NOT DISTINCT FROM $5 AND ip IS NOT DISTINCT FROM $6 AND expires_at > $7 \
        ORDER BY expires_at DESC, id LIMIT 1");
    RECENT_SESSIONS = sessions!("WHERE expires_at > $1 AND (created_at, id) < ($2, $3) \
        ORDER BY created_at DESC, id DESC LIMIT $4");
    TOUCH_SESSION = "UPDATE sessions SET seen_at = $1 WHERE id = $2 AND seen_at <= $3";
    END_SESSION = "DELETE FROM sessions WHERE id = $1";
    END_SESSIONS_OF = "DELETE FROM sessions WHERE user_ref = $1 AND id <> $2 RETURNING id";
    PRUNE_SESSIONS = "DELETE FROM sessions WHERE expires_at <= $1";

    /// Changes nothing, and has all others who would rotate wait for the end of the transaction.
    HOLD_SESSION = "UPDATE sessions SET seen_at = seen_at WHERE id = $1 AND kind = 'token' AND expires_at > $2 \
        RETURNING token_hash, before, turned_at";
    ROTATE_SESSION = "UPDATE sessions SET token_hash = $2, before = $3, turned_at = $4, seen_at = $4, \
        sealed = COALESCE($5, sealed), scope = COALESCE($6, scope) WHERE id = $1";
    NOTE_ROTATED = "INSERT INTO rotated (hash, session_id, rotated_at) VALUES ($1, $2, $3) \
        ON CONFLICT (hash) DO UPDATE SET rotated_at = excluded.rotated_at";
    ROTATED_AT = "SELECT rotated_at FROM rotated WHERE hash = $1 AND session_id = $2";
    /// The last one of each session stays.
    PRUNE_ROTATED = "DELETE FROM rotated WHERE rotated_at <= $1 AND EXISTS (SELECT 1 FROM rotated AS later \
        WHERE later.session_id = rotated.session_id AND later.rotated_at > rotated.rotated_at)";
    SEALED = "SELECT sealed FROM sessions WHERE id = $1 AND expires_at > $2";
    REPLACE_SEALED = "UPDATE sessions SET sealed = $3, scope = COALESCE($4, scope) WHERE id = $1 AND sealed = $2";

    /// For a session that has not ended.
    PUT_PROOF = "INSERT INTO proofs (hash, session_id, expires_at) \
        SELECT $1, id, CAST($3 AS BIGINT) FROM sessions WHERE id = $2 AND expires_at > $4";
    PROVEN_SESSION = "SELECT session_id FROM proofs WHERE hash = $1 AND expires_at > $2";
    PRUNE_PROOFS = "DELETE FROM proofs WHERE expires_at <= $1";

    SPEND = "INSERT INTO spent (hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    SPENT = "SELECT 1 FROM spent WHERE hash = $1 AND expires_at > $2";
    PRUNE_SPENT = "DELETE FROM spent WHERE expires_at <= $1";

    /// Of many who know the same newest key, the index on `follows` lets one in.
    PUT_SIGNING_KEY = "INSERT INTO signing_keys (id, ring, made_at, sealed, follows) \
        SELECT $1, $2, CAST($3 AS BIGINT), $4, $5 WHERE $5 = COALESCE( \
        (SELECT id FROM signing_keys WHERE ring = $2 ORDER BY made_at DESC, id DESC LIMIT 1), '') \
        ON CONFLICT DO NOTHING";
    SIGNING_KEYS = "SELECT id, made_at, sealed FROM signing_keys WHERE ring = $1 ORDER BY made_at, id";
    RESEAL_SIGNING_KEY = "UPDATE signing_keys SET sealed = $2 WHERE id = $1";
    REMOVE_SIGNING_KEY = "DELETE FROM signing_keys WHERE id = $1";

    MEET_SECRET = "INSERT INTO secret_ages (fingerprint, key, first_seen, last_seen) VALUES ($1, $2, $3, $4) \
        ON CONFLICT DO NOTHING";
    SECRET_AGE = "SELECT fingerprint, key, first_seen, last_seen FROM secret_ages \
        WHERE fingerprint = $1 AND key = $2";
    SEE_SECRET = "UPDATE secret_ages SET last_seen = $3 WHERE fingerprint = $1 AND key = $2 AND last_seen < $3";
    SECRET_AGES = "SELECT fingerprint, key, first_seen, last_seen FROM secret_ages ORDER BY key, first_seen, fingerprint";
    FORGET_SECRETS = "DELETE FROM secret_ages WHERE last_seen < $1";

    PUT_LINK = "INSERT INTO links (hash, user_ref, expires_at, redeemed_at) VALUES ($1, $2, $3, NULL)";
    /// One statement, so that of many who try at once one succeeds.
    REDEEM_LINK = "UPDATE links SET redeemed_at = $2 \
        WHERE hash = $1 AND redeemed_at IS NULL AND expires_at > $2 RETURNING user_ref";
    LIVE_LINK = "SELECT 1 FROM links WHERE hash = $1 AND redeemed_at IS NULL AND expires_at > $2";
    PRUNE_LINKS = "DELETE FROM links WHERE expires_at <= $1";

    NEW_WRITER = "INSERT INTO audit_writers (id, started_at) \
        SELECT COALESCE(MAX(id), 0) + 1, $1 FROM audit_writers RETURNING id";
    RECENT_AUDIT = "SELECT writer, seq, at, actor_id, action, resource_type, resource_ref, outcome, ip, \
        request_id, user_agent, hostname, plugin, event_id, severity, status, reason, meta, url, method \
        FROM audit ORDER BY at DESC, writer DESC, seq DESC LIMIT $1";
    COUNT_AUDIT = "SELECT COUNT(*) FROM audit";
    STRANGERS = "SELECT minute, kind, prefix, hits, last_at FROM audit_strangers \
        ORDER BY minute, kind, prefix";
    PRUNE_STRANGERS = "DELETE FROM audit_strangers WHERE minute < $1";
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use model::{Secret, SystemClock};
    use sqlx::{Executor, SqlSafeStr};

    use super::ALL;
    use crate::db::reading;
    use crate::{Options, PgOptions, PgServer, PgTls, Store};

    async fn prepare_all(options: Options) {
        let store = Store::open(options, Arc::new(SystemClock)).await.expect("it opens");
        for (name, statement) in ALL {
            reading!(&store.db, |pool| {
                let prepared = pool.prepare(statement.into_sql_str()).await;
                assert!(prepared.is_ok(), "{name}: {prepared:?}");
            });
        }
    }

    #[tokio::test]
    async fn every_statement_is_good_sql_on_both_engines() {
        prepare_all(Options::SqliteMemory).await;
        let Some(server) = testkit::postgres::start() else { return };
        let url = format!(
            "postgres://{}:{}@{}:{}/{}",
            server.user(),
            server.password(),
            server.host(),
            server.port(),
            server.database()
        );
        let options = PgOptions {
            server: PgServer::Url(Secret::new(url)),
            tls: PgTls::Disabled,
            schema: None,
            connections: 2,
        };
        prepare_all(Options::Postgres(options)).await;
    }
}
