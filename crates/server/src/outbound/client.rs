//! How the HTTP client is made, and what its failures mean.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use super::resolve::{CheckedResolver, Named, Refused};

const CONNECT: Duration = Duration::from_secs(10);

/// A client that resolves names under our eyes, follows nothing, and gives up in time: `piece` is for each piece of an
/// answer, `whole` for a call from its beginning to the end of its answer.
pub(super) fn client<N: Named>(named: Arc<N>, piece: Duration, whole: Duration) -> reqwest::Client {
    #[expect(clippy::disallowed_methods, reason = "this is the one client there is")]
    reqwest::Client::builder()
        .dns_resolver(CheckedResolver { named })
        // A proxy would resolve names again, out of our sight.
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT.min(whole))
        .read_timeout(piece)
        .timeout(whole)
        .user_agent(concat!("stagedoor/", env!("CARGO_PKG_VERSION")))
        .build()
        .expect("the client's settings are fixed and valid")
}

/// Why a call came to nothing.
pub(super) enum Broken {
    /// We did not make it: the host is at such an address.
    Refused(Refused),
    /// It failed, in a phrase and in full. The error has no URL.
    Transport(&'static str, reqwest::Error),
}

/// What a failed call means. Our own refusals come back from inside the client.
pub(super) fn broken(error: reqwest::Error) -> Broken {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(found) = cause {
        if let Some(refused) = found.downcast_ref::<Refused>() {
            return Broken::Refused(refused.clone());
        }
        cause = found.source();
    }
    let what = if error.is_timeout() {
        "it took too long"
    } else if error.is_connect() {
        "no connection could be made"
    } else {
        "the connection broke"
    };
    Broken::Transport(what, error.without_url())
}
