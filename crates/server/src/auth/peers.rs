//! Backends beside us, by `discovery.endpoints`: whose plugins call ours, and sign what they ask.

use std::collections::BTreeMap;

use crate::providers::PublishedKeys;

/// Where the plugins of other backends publish their keys.
pub(crate) struct Peers(BTreeMap<String, PublishedKeys>);

impl Peers {
    /// Of the settings; nothing is called yet. Keys come over https, or from this machine: whoever can change them on the
    /// way could be any plugin. An address that may not be called has no keys, and so its plugins' tokens count for nothing.
    pub(crate) fn new(peers: &[config::PeerSettings]) -> Self {
        let keys = peers.iter().flat_map(|peer| peer.plugins.iter().map(move |plugin| (plugin, peer)));
        let keys = keys.filter_map(|(plugin, peer)| {
            let url = peer.keys(plugin)?;
            Some((plugin.clone(), PublishedKeys::new(&url, true).ok()?))
        });
        Self(keys.collect())
    }

    /// The keys of a plugin that is elsewhere.
    pub(crate) fn of(&self, plugin: &str) -> Option<&PublishedKeys> {
        self.0.get(plugin)
    }
}
