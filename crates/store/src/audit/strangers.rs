//! Refusals of strangers, counted per minute, kind and address prefix within a budget.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::Timestamp;

use super::bounded::bounded;

/// How many different (kind, prefix) pairs get a row of their own. All others of a minute share one.
///
/// With the defaults a flood from everywhere makes at most 1,084 rows an hour, about 3 MB a day.
#[derive(Clone, Copy, Debug)]
pub struct StrangerBudget {
    /// New rows in one minute.
    pub per_minute: usize,
    /// New rows in one hour.
    pub per_hour: usize,
}

impl Default for StrangerBudget {
    fn default() -> Self {
        Self { per_minute: 256, per_hour: 1024 }
    }
}

/// How often strangers of one prefix were refused in one minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrangerRow {
    /// Minutes since 1970, UTC.
    pub minute: i64,
    /// What they were refused; `*` in the row that holds everything beyond the budget.
    pub kind: String,
    /// `198.51.100.0/24`, `2001:db8:1::/48`, `unknown`; `*` beyond the budget.
    pub prefix: String,
    /// Refusals.
    pub hits: u64,
    /// The last of them.
    pub last_at: Timestamp,
}

/// Most kinds told apart; they are names of ours, so this many are never reached honestly.
const KINDS: usize = 64;
/// Most rows kept of earlier minutes while the database cannot take them.
const WAITING: usize = 4096;

/// Counts refusals in bounded memory.
#[derive(Debug)]
pub struct Strangers {
    budget: StrangerBudget,
    minute: i64,
    /// Rows begun in the current hour.
    hour_rows: usize,
    kinds: Vec<Box<str>>,
    counts: HashMap<(usize, Option<IpAddr>), Count>,
    rest: Option<Count>,
    earlier: Vec<StrangerRow>,
}

/// Hits that are not yet in the database.
#[derive(Clone, Copy, Debug)]
struct Count {
    hits: u64,
    last_at: Timestamp,
}

impl Strangers {
    /// Nothing counted yet.
    pub fn new(budget: StrangerBudget) -> Self {
        Self {
            budget,
            minute: 0,
            hour_rows: 0,
            kinds: Vec::new(),
            counts: HashMap::new(),
            rest: None,
            earlier: Vec::new(),
        }
    }

    /// Counts one refusal. `kind` is a name of ours, never text from the request.
    pub fn count(&mut self, kind: &str, ip: Option<IpAddr>, at: Timestamp) {
        self.begin_minute(at.unix_timestamp().div_euclid(60));
        let room = self.counts.len() < self.budget.per_minute && self.hour_rows < self.budget.per_hour;
        let Some(kind) = self.kind(kind) else { return add(self.rest.get_or_insert(Count::none(at)), at) };
        let key = (kind, ip.map(network));
        match self.counts.get_mut(&key) {
            Some(count) => add(count, at),
            None if room => {
                self.hour_rows += 1;
                self.counts.insert(key, Count { hits: 1, last_at: at });
            }
            None => add(self.rest.get_or_insert(Count::none(at)), at),
        }
    }

    /// What is to be added to the database. Give it back with [`Strangers::restore`] if that fails.
    pub fn take(&mut self) -> Vec<StrangerRow> {
        let mut rows = std::mem::take(&mut self.earlier);
        for ((kind, network), count) in &mut self.counts {
            if count.hits > 0 {
                rows.push(StrangerRow {
                    minute: self.minute,
                    kind: self.kinds.get(*kind).map_or_else(|| "*".into(), ToString::to_string),
                    prefix: prefix(*network),
                    hits: count.hits,
                    last_at: count.last_at,
                });
                // The row stays known: more of the same cost no budget.
                count.hits = 0;
            }
        }
        rows.extend(self.rest.take().map(|count| rest_row(self.minute, count)));
        rows
    }

    /// Takes rows back that could not be written. Beyond a bound they become one row.
    pub fn restore(&mut self, rows: Vec<StrangerRow>) {
        for row in rows {
            let full = self.earlier.len() >= WAITING;
            match self.earlier.last_mut() {
                Some(last) if full => {
                    let hits = last.hits + row.hits;
                    *last = rest_row(row.minute, Count { hits, last_at: row.last_at });
                }
                _ => self.earlier.push(row),
            }
        }
    }

    /// Whether [`Strangers::take`] would give nothing.
    pub fn is_empty(&self) -> bool {
        self.earlier.is_empty() && self.rest.is_none() && self.counts.values().all(|count| count.hits == 0)
    }

    /// A clock that steps back counts into the minute it was in.
    fn begin_minute(&mut self, minute: i64) {
        if minute <= self.minute {
            return;
        }
        let rows = self.take();
        self.restore(rows);
        self.counts.clear();
        if minute.div_euclid(60) != self.minute.div_euclid(60) {
            self.hour_rows = 0;
            self.kinds.clear();
        }
        self.minute = minute;
    }

    fn kind(&mut self, kind: &str) -> Option<usize> {
        let kind = bounded(kind, 64);
        if let Some(at) = self.kinds.iter().position(|known| **known == *kind) {
            return Some(at);
        }
        (self.kinds.len() < KINDS).then(|| {
            self.kinds.push(kind.into());
            self.kinds.len() - 1
        })
    }
}

impl Count {
    fn none(at: Timestamp) -> Self {
        Self { hits: 0, last_at: at }
    }
}

fn add(count: &mut Count, at: Timestamp) {
    count.hits += 1;
    count.last_at = count.last_at.max(at);
}

fn rest_row(minute: i64, count: Count) -> StrangerRow {
    StrangerRow { minute, kind: "*".into(), prefix: "*".into(), hits: count.hits, last_at: count.last_at }
}

/// One customer of a provider, roughly: a /24 or a /48.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => IpAddr::V4(Ipv4Addr::from_bits(ip.to_bits() & (u32::MAX << 8))),
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 80))),
    }
}

fn prefix(network: Option<IpAddr>) -> String {
    match network {
        Some(network @ IpAddr::V4(_)) => format!("{network}/24"),
        Some(network @ IpAddr::V6(_)) => format!("{network}/48"),
        None => "unknown".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::{Duration, macros::datetime};

    const START: Timestamp = datetime!(2026-11-24 12:00 UTC);

    fn total(rows: &[StrangerRow]) -> u64 {
        rows.iter().map(|row| row.hits).sum()
    }

    #[test]
    fn one_prefix_is_one_row_a_minute() {
        let mut strangers = Strangers::new(StrangerBudget::default());
        for last in 0..=255 {
            strangers.count("unauthenticated", Some(IpAddr::from([198, 51, 100, last])), START);
            let mapped = Ipv4Addr::new(198, 51, 100, last).to_ipv6_mapped();
            strangers.count("unauthenticated", Some(mapped.into()), START);
        }
        strangers.count("unauthenticated", Some("2001:db8:1:2::3".parse().expect("an address")), START);
        strangers.count("unauthenticated", None, START + Duration::minutes(1));
        let mut rows = strangers.take();
        rows.sort_by(|a, b| a.prefix.cmp(&b.prefix));
        let shown: Vec<_> = rows.iter().map(|row| (row.prefix.as_str(), row.hits)).collect();
        assert_eq!(shown, [("198.51.100.0/24", 512), ("2001:db8:1::/48", 1), ("unknown", 1)]);
        assert!(strangers.is_empty());
        assert_eq!(strangers.take(), []);
    }

    #[test]
    fn a_million_strangers_make_bounded_rows_and_every_one_is_counted() {
        let budget = StrangerBudget::default();
        let mut strangers = Strangers::new(budget);
        let mut rows = Vec::new();
        for n in 0..1_000_000_u32 {
            // 100 minutes of the clock; every stranger from a prefix of its own.
            let at = START + Duration::milliseconds(i64::from(n) * 6);
            strangers.count("unauthenticated", Some(IpAddr::from((n << 8).to_be_bytes())), at);
            if n % 10_000 == 0 {
                rows.extend(strangers.take());
            }
        }
        rows.extend(strangers.take());
        assert_eq!(total(&rows), 1_000_000);
        let distinct: std::collections::HashSet<_> =
            rows.iter().map(|row| (row.minute, &row.kind, &row.prefix)).collect();
        // Two hours begin, and each minute has one row for the rest.
        assert!(distinct.len() <= 2 * budget.per_hour + 101, "{}", distinct.len());
    }

    #[test]
    fn rows_that_cannot_be_written_wait_in_bounded_memory() {
        let mut strangers = Strangers::new(StrangerBudget { per_minute: 1000, per_hour: 60_000 });
        for n in 0..100_000_u32 {
            let at = START + Duration::milliseconds(i64::from(n) * 36);
            strangers.count("unauthenticated", Some(IpAddr::from((n << 8).to_be_bytes())), at);
            if n % 1000 == 0 {
                let rows = strangers.take();
                strangers.restore(rows);
            }
        }
        let rows = strangers.take();
        assert!(rows.len() <= WAITING + 1001, "{}", rows.len());
        assert_eq!(total(&rows), 100_000);
    }

    #[test]
    fn kinds_are_bounded_too() {
        let mut strangers = Strangers::new(StrangerBudget::default());
        for n in 0..10_000 {
            strangers.count(&format!("kind-{n}"), None, START);
        }
        let rows = strangers.take();
        assert_eq!((rows.len(), total(&rows)), (KINDS + 1, 10_000));
    }
}
