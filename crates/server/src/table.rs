//! The one route table. A row cannot be made without a guard, and a guarded handler cannot be called
//! without what its guard hands out.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use axum::response::Response;
use http::Method;
use identity::Principal;
use policy::{Action, ListAction, Permit, Scope};
use serde::Serialize;

use crate::call::Call;
use crate::edge::is_api;
use crate::error::ApiError;
use crate::guard;

/// What a handler gives back.
pub type Answered = Result<Response, ApiError>;

/// A handler behind its guard, ready to be called with a request.
pub(crate) type Guarded = Box<dyn Fn(Call) -> Pin<Box<dyn Future<Output = Answered> + Send>> + Send + Sync>;

/// How a row's refusals look, and which credentials count on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// JSON for programs. Bearer tokens only; a cookie is never looked at.
    Api,
    /// As `Api`, for what a browser asks for by itself: limited user tokens count too, and on reads so does the cookie
    /// `backstage-auth` that holds one.
    Limited,
    /// HTML for people. The session cookie counts, and writes need our own Origin and a form token.
    Page,
}

/// What stands before a row's handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Nothing: open, for the reason given. The list of these is kept short and is reviewed.
    Public(&'static str),
    /// Any signed-in user or authenticated service; policy is not asked.
    Principal(&'static str),
    /// Policy decides about one thing; the handler gets the permit.
    Permit(&'static str),
    /// Policy says which things; the handler gets the scope.
    Scope(&'static str),
}

/// A row as `stagedoor routes` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RouteRow {
    /// HTTP method; `*` for every method.
    pub method: &'static str,
    /// Path pattern: `{name}` is one segment, `{*rest}` all that follow.
    pub path: String,
    /// `public`, `principal`, `permit <action>` or `scope <action>`.
    pub guard: String,
    /// Why it is open, or what the guard asks.
    pub reason: String,
}

pub(crate) struct Row {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) guard: Guard,
    pub(crate) face: Face,
    pub(crate) handler: Guarded,
}

/// Collects the rows. There is no way to add a handler but with its guard.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

/// A handler of an open row: it gets the request, and nobody to act for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand on an open row",
    label = "an open row's handler takes `Call` alone",
    note = "a handler that takes a `Permit` or a `Scope` belongs on a row that hands one out"
)]
pub trait OpenHandler: Send + Sync + 'static {
    /// Answers.
    fn call(&self, call: Call) -> impl Future<Output = Answered> + Send;
}

impl<F, Fut> OpenHandler for F
where
    F: Fn(Call) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Answered> + Send,
{
    fn call(&self, call: Call) -> impl Future<Output = Answered> + Send {
        self(call)
    }
}

/// A handler that gets `G`, which only a guard hands out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handler for what this row's guard hands out",
    label = "its first argument must be `{G}`, its second `Call`",
    note = "a handler without a guard cannot be mounted; name the action it performs"
)]
pub trait Handler<G>: Send + Sync + 'static {
    /// Answers.
    fn call(&self, granted: G, call: Call) -> impl Future<Output = Answered> + Send;
}

impl<G, F, Fut> Handler<G> for F
where
    F: Fn(G, Call) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Answered> + Send,
{
    fn call(&self, granted: G, call: Call) -> impl Future<Output = Answered> + Send {
        self(granted, call)
    }
}

impl Table {
    /// Adds an open row; `why` is printed and reviewed.
    #[must_use]
    pub fn open(
        mut self,
        face: Face,
        method: &'static str,
        path: &'static str,
        why: &'static str,
        handler: impl OpenHandler,
    ) -> Self {
        let handler = Arc::new(handler);
        self.push(face, method, path, Guard::Public(why), move |call| {
            let handler = Arc::clone(&handler);
            Box::pin(async move { handler.call(call).await })
        });
        self
    }

    /// Adds a row for any signed-in user or authenticated service.
    #[must_use]
    pub fn signed_in(
        mut self,
        face: Face,
        method: &'static str,
        path: &'static str,
        why: &'static str,
        handler: impl Handler<Principal>,
    ) -> Self {
        let handler = Arc::new(handler);
        self.push(face, method, path, Guard::Principal(why), move |mut call| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let principal = guard::signed_in(&mut call, face).await?;
                handler.call(principal, call).await
            })
        });
        self
    }

    /// Adds a row about one thing, which `N` reads out of the request.
    #[must_use]
    pub fn one<A, N>(
        mut self,
        face: Face,
        method: &'static str,
        path: &'static str,
        handler: impl Handler<Permit<A>>,
    ) -> Self
    where
        A: Action,
        N: guard::Names<A>,
    {
        let handler = Arc::new(handler);
        self.push(face, method, path, Guard::Permit(A::INFO.name()), move |mut call| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let permit = guard::permit::<A, N>(&mut call, face).await?;
                handler.call(permit, call).await
            })
        });
        self
    }

    /// Adds a row about many things: the handler sees those in the scope.
    #[must_use]
    pub fn many<A: ListAction>(
        mut self,
        face: Face,
        method: &'static str,
        path: &'static str,
        handler: impl Handler<Scope<A>>,
    ) -> Self {
        let handler = Arc::new(handler);
        self.push(face, method, path, Guard::Scope(A::INFO.name()), move |mut call| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let scope = guard::scope::<A>(&mut call, face).await?;
                handler.call(scope, call).await
            })
        });
        self
    }

    fn push(
        &mut self,
        face: Face,
        method: &'static str,
        path: &'static str,
        guard: Guard,
        handler: impl Fn(Call) -> Pin<Box<dyn Future<Output = Answered> + Send>> + Send + Sync + 'static,
    ) {
        self.rows.push(Row { method, path, guard, face, handler: Box::new(handler) });
    }

    /// The rows as they are printed, in the order they were added.
    pub fn printed(&self) -> Vec<RouteRow> {
        self.rows.iter().map(Row::printed).collect()
    }

    /// Makes the table searchable.
    ///
    /// # Panics
    /// If two rows have the same method and path, or no row takes what the others leave: mistakes in
    /// the table itself, which any test finds.
    pub(crate) fn finish(self) -> Routes {
        let rest = |path: &str| {
            let row = self.rows.iter().position(|row| row.method == "*" && row.path == path);
            row.expect("a row takes every path that no other row does")
        };
        let (rest_of_api, rest) = (rest("/api/{*rest}"), rest("/{*rest}"));
        let mut by_path: BTreeMap<&'static str, Vec<(&'static str, usize)>> = BTreeMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            let methods = by_path.entry(row.path).or_default();
            assert!(!methods.iter().any(|(method, _)| *method == row.method), "{} {}", row.method, row.path);
            methods.push((row.method, at));
        }
        let mut paths = matchit::Router::new();
        for (path, methods) in by_path {
            paths.insert(path, methods).expect("the table's paths do not collide");
        }
        Routes { rows: self.rows, paths, rest_of_api, rest }
    }
}

impl Row {
    fn printed(&self) -> RouteRow {
        let (guard, reason) = match self.guard {
            Guard::Public(why) => ("public".to_owned(), why.to_owned()),
            Guard::Principal(why) => ("principal".to_owned(), why.to_owned()),
            Guard::Permit(action) => {
                (format!("permit {action}"), "policy decides about the one thing it names".to_owned())
            }
            Guard::Scope(action) => {
                (format!("scope {action}"), "policy says which things it shows".to_owned())
            }
        };
        RouteRow { method: self.method, path: self.path.to_owned(), guard, reason }
    }
}

/// The finished table.
pub(crate) struct Routes {
    rows: Vec<Row>,
    paths: matchit::Router<Vec<(&'static str, usize)>>,
    /// Rows that take what no other row does, under `/api` and elsewhere.
    rest_of_api: usize,
    rest: usize,
}

/// A row found for a request, with what its pattern caught.
pub(crate) struct Found<'t> {
    pub(crate) row: &'t Row,
    pub(crate) params: Vec<(String, String)>,
}

impl Routes {
    /// Finds the row for a method and a canonical path; HEAD is served by GET's row.
    ///
    /// INVARIANT: there is always one, and it has a guard. A path that is served under another method
    /// is refused to a stranger like one that nobody serves.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let rest = if is_api(path) { self.rest_of_api } else { self.rest };
        let named = self.named(method, path).filter(|(at, _)| *at != self.rest);
        let (at, params) = named.unwrap_or((rest, Vec::new()));
        Found { row: &self.rows[at], params }
    }

    fn named(&self, method: &Method, path: &str) -> Option<(usize, Vec<(String, String)>)> {
        let matched = self.paths.at(path).ok()?;
        let wanted = if *method == Method::HEAD { "GET" } else { method.as_str() };
        let at = matched
            .value
            .iter()
            .find_map(|(method, at)| (*method == wanted || *method == "*").then_some(*at))?;
        let params = matched.params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Some((at, params))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_and_path_has_a_row_behind_a_guard() {
        let routes = crate::routes::table().finish();
        let paths =
            ["/", "/api", "/API/catalog/entities", "/api/catalog/entities", "/x/y", "/sign-in", "/assets/x"];
        for path in paths {
            for method in [Method::DELETE, Method::OPTIONS, Method::PATCH, Method::PUT] {
                let row = routes.find(&method, path).row;
                assert!(!matches!(row.guard, Guard::Public(_)), "{method} {path}");
                assert_eq!(row.face != Face::Page, is_api(path), "{method} {path}");
            }
        }
    }
}
