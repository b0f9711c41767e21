//! Pages filled as a real company would fill them.

use model::{EntityRef, Timestamp};
use serde_json::{Value, json};
use time::macros::datetime;

use crate::pages::access::{ActionRow, Policy, Verdict};
use crate::pages::catalog::{
    CatalogPage, CatalogQuery, Facet, Filter, PAGE_SIZE, Relaxation, Row, Tab, TabCounts,
};
use crate::pages::entity::{EntityPage, Known};
use crate::pages::link::Choice;
use crate::pages::posture::{self, Line, State};
use crate::pages::sessions::{Other, SessionRow};
use crate::pages::sign_in::Provider;
use crate::pages::{
    AccessPage, ErrorPage, Frame, Href, LinkPage, Page, PosturePage, RefLink, Section, SessionsPage,
    SignInPage, Text, Theme, Viewer, When, paths,
};

pub(super) const NOW: Timestamp = datetime!(2026-10-03 14:05:00 UTC);

/// Every page there is, by name.
pub(super) fn all() -> Vec<(&'static str, String)> {
    vec![
        ("sign-in", sign_in(true).html()),
        ("sign-in-production", sign_in(false).html()),
        ("link", link(12, None).html()),
        ("link-spent", link(0, Some("This link has been used, or its ten minutes are over.")).html()),
        ("link-many", link(400, Some("The catalog has no such user; the link can still be used.")).html()),
        ("catalog", catalog(CatalogQuery::default(), 50, 137).html()),
        ("catalog-empty", empty_catalog().html()),
        ("catalog-past-the-end", catalog(CatalogQuery::parse("page=9"), 0, 137).html()),
        ("entity", entity(&orders_service()).html()),
        ("entity-bare", entity(&bare()).html()),
        ("access", access().html()),
        ("posture", posture().html()),
        ("sessions", sessions(false).html()),
        ("sessions-of-all", sessions(true).html()),
        ("error-404", error(404).html()),
        ("error-403", ErrorPage::refused(frame(), "catalog.entity.read", "01J9ZK7Q").html()),
        ("error-503", error(503).html()),
        ("error-stranger", ErrorPage::new(stranger(), 429, "01J9ZK7Q").html()),
    ]
}

fn sessions(all: bool) -> SessionsPage {
    let row = |id: &str, name: &str, device: &str, current: bool| SessionRow {
        id: id.to_owned(),
        user: RefLink::to(&EntityRef::new("user", "default", name), None),
        device: Text::short(device),
        address: "203.0.113.7".into(),
        way: "okta".into(),
        began: When::seen(NOW - time::Duration::hours(3), NOW),
        seen: When::seen(NOW - time::Duration::minutes(2), NOW),
        ends: When::seen(NOW + time::Duration::hours(5), NOW),
        current,
    };
    let other = if all {
        Other { label: "My own".into(), href: paths::sessions() }
    } else {
        Other { label: "Everybody's".into(), href: paths::sessions_of_all() }
    };
    SessionsPage {
        frame: Frame { section: Section::Sessions, ..frame() },
        all,
        ends: true,
        rows: vec![
            row("b1f6a3a2-7c55-4f0e-9d0c-3a0f0d0c1a11", "ada.brandt", "Firefox on Linux", !all),
            row(
                "0d9a8b7c-6e5f-4a3b-8c2d-1e0f9a8b7c6d",
                if all { "bo.lund" } else { "ada.brandt" },
                "Safari on iPhone",
                false,
            ),
        ],
        next: all.then(|| paths::sessions_of_all().with_query([("at", "2026-10-03T11:05:00Z"), ("id", "x")])),
        other: Some(other),
        notice: (!all).then(|| "It has ended.".into()),
    }
}

pub(super) fn frame() -> Frame {
    Frame {
        title: "Catalog".into(),
        here: paths::catalog(),
        section: Section::Catalog,
        viewer: Some(Viewer {
            name: "Ada Brandt".into(),
            entity_ref: "user:default/ada.brandt".into(),
            posture: true,
            profile: Some(Href::entity(&EntityRef::new("user", "default", "ada.brandt"))),
            form_token: "dGhlIGZvcm0gdG9rZW4".to_owned(),
        }),
        development: Some("only this machine can reach it, at http://localhost:7007.".into()),
        theme: Theme::System,
    }
}

pub(super) fn stranger() -> Frame {
    Frame { title: "Sign in".into(), section: Section::Other, viewer: None, ..frame() }
}

pub(super) fn sign_in(development: bool) -> SignInPage {
    let provider =
        Provider { label: "Sign in with GitHub".into(), href: Href::page(&["api", "auth", "github"]) };
    SignInPage {
        frame: Frame {
            development: development.then(|| "only this machine can reach it.".into()),
            ..stranger()
        },
        providers: if development { Vec::new() } else { vec![provider] },
        development,
        notice: development.then(|| "Your session has ended.".into()),
    }
}

pub(super) fn link(users: usize, error: Option<&str>) -> LinkPage {
    let choice = |n: usize| Choice {
        entity_ref: Text::new(&format!("user:default/person-{n}")),
        name: Text::new(&format!("Person {n}")),
    };
    LinkPage {
        frame: stranger(),
        token: "3q2-7wAAAA".into(),
        users: (0..users).map(choice).collect(),
        chosen: Some("user:default/person-3".into()),
        error: error.map(Text::new),
    }
}

pub(super) fn error(status: u16) -> ErrorPage {
    ErrorPage::new(frame(), status, "01J9ZK7QDM2V8T")
}

pub(super) fn row(n: usize) -> Row {
    const NAMES: [(&str, &str, &str, &str); 6] = [
        (
            "Component",
            "service",
            "orders-service",
            "Takes orders from every shop, reserves stock and hands them to billing.",
        ),
        ("Component", "website", "storefront", "What customers see: search, basket, checkout."),
        ("API", "openapi", "orders-api", "Create, read and cancel orders."),
        ("Resource", "database", "orders-db", "PostgreSQL, 2 TB, two standbys."),
        ("Group", "team", "team-checkout", "Everything between basket and paid."),
        ("System", "", "order-management", "From basket to parcel."),
    ];
    let (kind, type_, name, description) = NAMES[n % NAMES.len()];
    let name = format!("{name}-{n}");
    let body = json!({
        "kind": kind,
        "metadata": {"name": name, "description": description, "tags": ["java", "payments", "tier-1", "pci"]},
        "spec": {"type": type_, "lifecycle": if kind == "Component" { "production" } else { "" }},
        "relations": [
            {"type": "ownedBy", "targetRef": "group:default/team-checkout"},
            {"type": "partOf", "targetRef": "system:default/order-management"},
        ],
    });
    Row::from_body(&EntityRef::new(kind, "default", &name), &body)
}

pub(super) fn catalog(query: CatalogQuery, rows: usize, total: usize) -> CatalogPage {
    let counts = |facet| -> Vec<(String, usize)> {
        let values: &[(&str, usize)] = match facet {
            Facet::Kind => &[
                ("component", 61),
                ("api", 24),
                ("resource", 18),
                ("group", 14),
                ("user", 12),
                ("system", 8),
            ],
            Facet::Type => {
                &[("service", 40), ("website", 9), ("library", 12), ("openapi", 20), ("database", 11)]
            }
            Facet::Owner => &[
                ("group:default/team-checkout", 33),
                ("group:default/team-search", 21),
                ("user:default/ada.brandt", 2),
            ],
            Facet::Lifecycle => &[("production", 70), ("experimental", 11), ("deprecated", 4)],
            Facet::Tag => &[("java", 31), ("go", 22), ("payments", 9), ("pci", 5)],
        };
        values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
    };
    CatalogPage {
        frame: frame(),
        tab_counts: TabCounts { all: total, owned: total / 4 },
        filters: Facet::ALL.iter().map(|facet| Filter::new(*facet, &query, counts(*facet))).collect(),
        rows: (0..rows.min(PAGE_SIZE)).map(row).collect(),
        total,
        relaxations: Vec::new(),
        query,
    }
}

fn empty_catalog() -> CatalogPage {
    let query = CatalogQuery::parse("tab=owned&q=billing&kind=api&owner=group:default/team-search");
    let mut page = catalog(query.clone(), 0, 0);
    page.relaxations = [
        Relaxation::without_facet(&query, Facet::Owner, 3),
        Relaxation::without_search(&query, 20),
        Relaxation::without_tab(&query, 5),
    ]
    .into_iter()
    .flatten()
    .collect();
    assert_eq!((page.relaxations.len(), query.tab()), (3, Tab::Owned));
    page
}

pub(super) fn entity(body: &Value) -> EntityPage {
    let text = |value: &Value| value.as_str().unwrap_or("x").to_owned();
    let entity_ref = EntityRef::from_parts(&text(&body["kind"]), "default", &text(&body["metadata"]["name"]))
        .unwrap_or_else(|_| EntityRef::new("component", "default", "unnamed"));
    let known = Known {
        is_there: &|target: &EntityRef| target.name() != "warehouse-feed",
        read_at: Some(datetime!(2026-10-03 14:02:11 UTC)),
        now: NOW,
    };
    EntityPage::from_body(frame(), &entity_ref, body, &known)
}

fn bare() -> Value {
    json!({"kind": "Domain", "metadata": {"name": "logistics"}, "spec": {}})
}

pub(super) fn orders_service() -> Value {
    let relation = |type_: &str, target: &str| json!({"type": type_, "targetRef": target});
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {
            "name": "orders-service",
            "title": "Orders",
            "namespace": "default",
            "description": "Takes orders from every shop, reserves stock and hands them to billing.\nKeeps an order for ten years, since the tax office asks for that.",
            "tags": ["java", "payments", "tier-1", "pci"],
            "labels": {"acme.example/cost-centre": "4711", "tier": "1"},
            "annotations": {
                "backstage.io/managed-by-location": "url:https://git.acme.example/shop/orders/blob/main/catalog-info.yaml",
                "backstage.io/managed-by-origin-location": "url:https://git.acme.example/catalog/all.yaml",
                "backstage.io/view-url": "https://git.acme.example/shop/orders/blob/main/catalog-info.yaml",
                "backstage.io/edit-url": "https://git.acme.example/shop/orders/edit/main/catalog-info.yaml",
                "backstage.io/techdocs-ref": "dir:.",
            },
            "links": [
                {"url": "https://status.acme.example/orders", "title": "Status"},
                {"url": "https://grafana.acme.example/d/orders", "title": "Dashboard"},
                {"url": "mailto:checkout@acme.example", "title": "Ask the team"},
                {"url": "javascript:alert(1)", "title": "Runbook"},
            ],
        },
        "spec": {"type": "service", "lifecycle": "production", "owner": "team-checkout", "system": "order-management"},
        "relations": [
            relation("ownedBy", "group:default/team-checkout"),
            relation("partOf", "system:default/order-management"),
            relation("apiConsumedBy", "component:default/storefront"),
            relation("dependencyOf", "component:default/returns-service"),
            relation("dependencyOf", "component:default/loyalty-service"),
            relation("dependsOn", "resource:default/orders-db"),
            relation("dependsOn", "resource:default/orders-events"),
            relation("dependsOn", "component:default/stock-service"),
            relation("dependsOn", "component:default/billing-service-with-quite-a-long-name"),
            relation("dependsOn", "component:default/parcel-service"),
            relation("dependsOn", "component:logistics/warehouse-feed"),
            relation("dependsOn", "component:default/mail-service"),
            relation("providesApi", "api:default/orders-api"),
            relation("consumesApi", "api:default/billing-api"),
        ],
        "status": {"items": [{
            "type": "backstage.io/catalog-processing",
            "level": "error",
            "message": "catalog-info.yaml:31:5: spec.lifecycle must be a non-empty string; write for example `lifecycle: production`",
            "error": {"name": "InputError", "message": "spec.lifecycle must be a non-empty string"},
        }]},
    })
}

pub(super) fn posture() -> PosturePage {
    let finding = posture::Row {
        rule: "proxy-plain-http-upstream".into(),
        severity: "medium".into(),
        message: "the proxy `/lighthouse` speaks plain HTTP to `lighthouse`".into(),
        place: "app-config.production.yaml:76:15".into(),
        why: "whoever is on the way reads and changes what passes".into(),
        fix: "use https".into(),
        evidence: vec!["production loads app-config.yaml, then app-config.production.yaml".into()],
        accepted: None,
    };
    let line = |title: &str, state, findings, unknown| Line {
        title: Text::new(title),
        state,
        findings,
        unknown,
        looked: 4,
    };
    let accepted = posture::Row {
        accepted: Some(("moves to https in spring".into(), "2027-03-31".into())),
        ..finding.clone()
    };
    let unknown = vec!["database-tls: the host is a variable".into()];
    PosturePage {
        frame: Frame { title: "Posture".into(), section: Section::Posture, ..frame() },
        lines: vec![
            line("Nobody signs in as a guest", State::Pass, Vec::new(), Vec::new()),
            line("Proxies lend no credentials to strangers", State::Fail, vec![finding], Vec::new()),
            line("Clusters are spoken to over verified TLS", State::Accepted, vec![accepted], Vec::new()),
            line("The database is private", State::Unknown, Vec::new(), unknown),
        ],
    }
}

pub(super) fn access() -> AccessPage {
    let action = |action: &str, meaning: &str, verdict, policies: &[&str]| ActionRow {
        action: action.into(),
        meaning: meaning.into(),
        verdict,
        policies: policies.iter().map(|id| Policy { id: (*id).into() }).collect(),
    };
    let link = |text: &str| RefLink::to(&text.parse().expect("a ref"), None);
    AccessPage {
        frame: Frame { title: "What I may do".into(), section: Section::Access, ..frame() },
        identity: link("user:default/ada.brandt"),
        signed_in_by: "one-time link".into(),
        session_ends: Some(When::seen(datetime!(2026-10-03 22:05:00 UTC), NOW)),
        ownership: vec![link("user:default/ada.brandt"), link("group:default/team-checkout"), link("group:default/shop")],
        actions: vec![
            action(
                "catalog.entity.read",
                "See an entity and what is said about it",
                Verdict::Conditional("kind is not resource, or owner is one of: user:default/ada.brandt, group:default/team-checkout, group:default/shop".into()),
                &["signed-in-users-read", "resources-for-owners"],
            ),
            action("catalog.location.read", "See where entities come from", Verdict::Allowed, &["signed-in-users-read"]),
            action("catalog.entity.refresh", "Have an entity read again", Verdict::Refused, &[]),
            action("catalog.entity.delete", "Remove an entity", Verdict::Refused, &["nobody-deletes"]),
        ],
    }
}
