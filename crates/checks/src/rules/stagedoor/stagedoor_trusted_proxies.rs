use std::net::IpAddr;

use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Stagedoor, severity: Severity::Critical, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in super::productions(cx)? {
        for (_, item) in production.root.find("stagedoor.edge.trustedProxies.*") {
            let Some(range) = item.literal().filter(|range| is_wide(range)) else { continue };
            findings
                .at(&item.place, format!("`{range}` is trusted to say who calls"))
                .why("a client in it writes its own address into X-Forwarded-For, past source lists and rate limits, and into the audit log")
                .fix(Fix::suggested("name the proxies' own addresses", vec![Edit::remove(item)]))
                .evidence([production.how.clone()]);
        }
    }
    Ok(())
}

/// Whether a range holds more of the internet than a company's proxies can be.
fn is_wide(range: &str) -> bool {
    let (address, bits) =
        range.split_once('/').map_or((range, None), |(address, bits)| (address, bits.parse::<u8>().ok()));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let Some(bits) = bits else { return false };
    match address {
        IpAddr::V4(address) => bits < 8 || (bits < 20 && !address.is_private()),
        IpAddr::V6(address) => bits < 32 || (bits < 48 && !address.is_unique_local()),
    }
}
