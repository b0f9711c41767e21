//! Of rules that find the same bytes, one names them; all of the bytes are masked.

use super::Hit;
use crate::rule::{Rank, Rule};

/// Sorted by place, and apart from one another.
pub(crate) fn settle(rules: &[Rule], mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|hit| (hit.cover.start, std::cmp::Reverse(hit.cover.end), hit.rule));
    let mut settled: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match settled.last_mut() {
            Some(last) if hit.cover.start < last.cover.end => {
                let cover = last.cover.start..last.cover.end.max(hit.cover.end);
                if worth(rules, &hit) > worth(rules, last) {
                    *last = hit;
                }
                last.cover = cover;
            }
            _ => settled.push(hit),
        }
    }
    settled
}

/// The rule that says most; then the secret that is longest.
pub(crate) fn worth(rules: &[Rule], hit: &Hit) -> (Option<Rank>, bool, usize) {
    let rule = hit.rule.and_then(|rule| rules.get(rule as usize));
    let rank = rule.map_or(Some(Rank::Token), |rule| Some(rule.rank));
    (rank, hit.decoded.is_none(), hit.secret.len())
}
