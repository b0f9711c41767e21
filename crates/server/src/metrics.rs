//! Prometheus metrics, on a listener of their own.

use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Labels of an answered request. The route is the pattern, never the path, so that the number of
/// series is bounded by the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Answered {
    pub(crate) route: &'static str,
    pub(crate) method: &'static str,
    pub(crate) status: u16,
}

/// Labels of something counted by one word.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Reason {
    pub(crate) reason: &'static str,
}

/// Labels of a secret of the configuration: the key that it stands under.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Key {
    pub(crate) key: String,
}

/// All metrics of the server.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    pub(crate) requests: Family<Answered, Counter>,
    pub(crate) latency: Histogram,
    pub(crate) refused: Family<Reason, Counter>,
    pub(crate) entities: Gauge,
    pub(crate) sequence: Gauge,
    pub(crate) refreshes: Family<Reason, Counter>,
    pub(crate) problems: Gauge,
    pub(crate) audit_failures: Counter,
    pub(crate) reloads: Family<Reason, Counter>,
    pub(crate) secret_ages: Family<Key, Gauge>,
}

impl Metrics {
    /// Registers every metric.
    pub(crate) fn new() -> Self {
        let seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
        let mut metrics = Self {
            registry: Arc::default(),
            requests: Family::default(),
            latency: Histogram::new(seconds),
            refused: Family::default(),
            entities: Gauge::default(),
            sequence: Gauge::default(),
            refreshes: Family::default(),
            problems: Gauge::default(),
            audit_failures: Counter::default(),
            reloads: Family::default(),
            secret_ages: Family::default(),
        };
        let mut registry = Registry::with_prefix("stagedoor");
        registry.register(
            "http_requests",
            "Requests answered, by route, method and status",
            metrics.requests.clone(),
        );
        registry.register(
            "http_request_seconds",
            "Time from a request's head to its answer, seconds",
            metrics.latency.clone(),
        );
        registry.register("edge_refused", "Requests refused at the edge, by reason", metrics.refused.clone());
        registry.register("catalog_entities", "Entities served", metrics.entities.clone());
        registry.register(
            "catalog_sequence",
            "Sequence number of the last change served",
            metrics.sequence.clone(),
        );
        registry.register(
            "catalog_refreshes",
            "Refreshes of configured locations, by result",
            metrics.refreshes.clone(),
        );
        registry.register(
            "catalog_problems",
            "Problems found by the last refresh of all locations",
            metrics.problems.clone(),
        );
        registry.register(
            "audit_failures",
            "Audit records that could not be kept; each failed its request",
            metrics.audit_failures.clone(),
        );
        registry.register(
            "reloads",
            "Reloads of policy, certificates and configuration, by result",
            metrics.reloads.clone(),
        );
        registry.register(
            "secret_age_days",
            "Days since each secret of the configuration was first seen",
            metrics.secret_ages.clone(),
        );
        metrics.registry = Arc::new(registry);
        metrics
    }

    /// Tells how old the secrets of the configuration are; of those that are not in it any more nothing is told.
    pub(crate) fn tell_ages(&self, ages: &[(String, i64)]) {
        self.secret_ages.clear();
        for (key, days) in ages {
            self.secret_ages.get_or_create(&Key { key: key.clone() }).set(*days);
        }
    }

    /// The text a scraper reads.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(_) => String::new(),
        }
    }
}
