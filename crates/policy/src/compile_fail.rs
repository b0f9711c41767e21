//! Programs that must not compile. Each has a twin that does, one line apart, so that it fails for the
//! reason it names and no other.
//!
//! # A permit made by hand
//!
//! ```
//! use policy::{DeleteEntity, Permit};
//! fn delete(permit: Option<Permit<DeleteEntity>>) {}
//! delete(None);
//! ```
//!
//! ```compile_fail,E0624
//! use policy::{DeleteEntity, Permit};
//! fn delete(permit: Option<Permit<DeleteEntity>>) {}
//! delete(Some(Permit::new("api:default/a".parse().unwrap(), identity::Principal::nobody())));
//! ```
//!
//! ```compile_fail,E0451
//! use policy::{DeleteEntity, Permit};
//! fn delete(permit: Option<Permit<DeleteEntity>>) {}
//! delete(Some(Permit { resource: "api:default/a".parse().unwrap(), principal: identity::Principal::nobody(), action: std::marker::PhantomData }));
//! ```
//!
//! # A permit spent twice
//!
//! ```
//! use policy::{DeleteEntity, Permit};
//! fn delete(permit: Permit<DeleteEntity>) {}
//! fn handler(permit: Permit<DeleteEntity>) {
//!     delete(permit);
//! }
//! ```
//!
//! ```compile_fail,E0382
//! use policy::{DeleteEntity, Permit};
//! fn delete(permit: Permit<DeleteEntity>) {}
//! fn handler(permit: Permit<DeleteEntity>) {
//!     delete(permit);
//!     delete(permit);
//! }
//! ```
//!
//! ```compile_fail,E0599
//! use policy::{DeleteEntity, Permit};
//! fn delete(permit: Permit<DeleteEntity>) {}
//! fn handler(permit: Permit<DeleteEntity>) {
//!     delete(permit.clone());
//! }
//! ```
//!
//! # A permit spent on another action
//!
//! ```
//! use policy::{DeleteEntity, Permit, ReadEntity};
//! fn delete(permit: Permit<DeleteEntity>) {}
//! fn handler(permit: Permit<DeleteEntity>) {
//!     delete(permit);
//! }
//! ```
//!
//! ```compile_fail,E0308
//! use policy::{DeleteEntity, Permit, ReadEntity};
//! fn delete(permit: Permit<DeleteEntity>) {}
//! fn handler(permit: Permit<ReadEntity>) {
//!     delete(permit);
//! }
//! ```
//!
//! # A principal made outside `identity`
//!
//! ```
//! let who = identity::Principal::nobody();
//! ```
//!
//! ```compile_fail,E0624
//! let who = identity::Principal::service("root".to_owned(), None);
//! ```
//!
//! ```compile_fail,E0423
//! let who = identity::Principal::User(identity::User(unimplemented!()));
//! ```
//!
//! # A verdict used without settling it
//!
//! ```
//! use policy::{DeleteEntity, Ledger, Permit, RequestFacts, Verdict};
//! fn delete(permit: Permit<DeleteEntity>) {}
//! async fn handler(verdict: Verdict<DeleteEntity>, ledger: impl Ledger, facts: RequestFacts) {
//!     delete(verdict.settle(&ledger, &facts).await.unwrap());
//! }
//! ```
//!
//! ```compile_fail,E0308
//! use policy::{DeleteEntity, Ledger, Permit, RequestFacts, Verdict};
//! fn delete(permit: Permit<DeleteEntity>) {}
//! async fn handler(verdict: Verdict<DeleteEntity>, ledger: impl Ledger, facts: RequestFacts) {
//!     delete(verdict);
//! }
//! ```
//!
//! # A verdict, or a permit, dropped unseen
//!
//! ```
//! #![deny(unused_must_use)]
//! use policy::{Engine, ReadEntity, ScopeVerdict};
//! fn handler(engine: &Engine, who: &identity::Principal) -> ScopeVerdict<ReadEntity> {
//!     engine.scope::<ReadEntity>(who)
//! }
//! ```
//!
//! ```compile_fail
//! #![deny(unused_must_use)]
//! use policy::{Engine, ReadEntity, ScopeVerdict};
//! fn handler(engine: &Engine, who: &identity::Principal) {
//!     engine.scope::<ReadEntity>(who);
//! }
//! ```
//!
//! # An action of one's own
//!
//! ```
//! use policy::{Action, ReadEntity};
//! fn name<A: Action>() -> &'static str { A::INFO.name() }
//! assert_eq!(name::<ReadEntity>(), "catalog.entity.read");
//! ```
//!
//! ```compile_fail,E0277
//! use policy::{Action, ReadEntity};
//! fn name<A: Action>() -> &'static str { A::INFO.name() }
//! struct Mine; assert_eq!(name::<Mine>(), "catalog.entity.read");
//! ```
