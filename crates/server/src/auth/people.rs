//! From what a provider says of a person to one user of the catalog.

use catalog::index::Snapshot;
use identity::sign_in::{Attempt, Lookup, Profile, Resolver, Unresolvable};
use model::{EntityRef, Predicate};
use serde_json::Value;

/// Most entities that are looked at to find one user: of a value that the index has cut or folded there may be others.
const MAX_LOOKED_AT: usize = 64;

/// Why nobody comes in. For records and administrators; the person is told one thing whatever it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoMatch {
    /// The provider has no resolver, so that nobody signs in by it.
    NoResolver,
    /// What the provider said leads nowhere.
    Unresolvable(Unresolvable),
    /// The catalog knows no such user.
    NotInCatalog,
    /// The catalog knows more than one.
    Ambiguous,
}

impl NoMatch {
    /// The word in records.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NoResolver => "noResolver",
            Self::Unresolvable(Unresolvable::NoEmail) => "noVerifiedEmail",
            Self::Unresolvable(Unresolvable::Domain) => "domainNotAllowed",
            Self::Unresolvable(Unresolvable::NoUsername) => "noUsername",
            Self::Unresolvable(Unresolvable::NoId) => "noUserId",
            Self::Unresolvable(Unresolvable::NoName) => "noEntityName",
            Self::NotInCatalog => "notInCatalog",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// Whom a profile means: resolvers are tried in order, and the first that finds somebody decides. The error is that of the
/// last one.
pub(crate) fn resolve(
    snapshot: &Snapshot,
    resolvers: &[Resolver],
    profile: &Profile,
) -> Result<EntityRef, NoMatch> {
    let mut last = NoMatch::NoResolver;
    for resolver in resolvers {
        match resolver.attempt(profile) {
            Attempt::Look { lookup, fallback } => match find(snapshot, &lookup) {
                Ok(user) => return Ok(user),
                Err(NoMatch::NotInCatalog) => match fallback {
                    Some(user) => return Ok(user),
                    None => last = NoMatch::NotInCatalog,
                },
                Err(stops) => return Err(stops),
            },
            Attempt::Next(why) => last = NoMatch::Unresolvable(why),
            Attempt::Refuse(why) => return Err(NoMatch::Unresolvable(why)),
        }
    }
    Err(last)
}

fn find(snapshot: &Snapshot, lookup: &Lookup) -> Result<EntityRef, NoMatch> {
    match lookup {
        Lookup::Ref(user) => match snapshot.find(user) {
            Some(_) if user.kind() == "user" => Ok(user.clone()),
            _ => Err(NoMatch::NotInCatalog),
        },
        Lookup::ProfileEmail { email, plain } => {
            let by = |email: &str| {
                let same = |entity: &Value| {
                    let of_entity = entity.pointer("/spec/profile/email").and_then(Value::as_str);
                    of_entity.is_some_and(|of_entity| of_entity.eq_ignore_ascii_case(email))
                };
                only(snapshot, "spec.profile.email", email, same)
            };
            match (by(email), plain) {
                (Err(NoMatch::NotInCatalog), Some(plain)) => by(plain),
                (found, _) => found,
            }
        }
        Lookup::Annotation { name, value, exact } => {
            let same = |entity: &Value| {
                let annotations = entity.get("metadata").and_then(|metadata| metadata.get("annotations"));
                let of_entity = annotations.and_then(|all| all.get(name)).and_then(Value::as_str);
                of_entity.is_some_and(|of_entity| {
                    if *exact { of_entity == value } else { of_entity.eq_ignore_ascii_case(value) }
                })
            };
            only(snapshot, &format!("metadata.annotations.{name}"), value, same)
        }
    }
}

/// The one user with a value under a key. The index folds case and cuts long values, so `same` compares again.
fn only(
    snapshot: &Snapshot,
    key: &str,
    value: &str,
    same: impl Fn(&Value) -> bool,
) -> Result<EntityRef, NoMatch> {
    let predicate = Predicate::equals("kind", "user").and(Predicate::equals(key, value));
    let found = snapshot.select(&predicate);
    if found.len() > MAX_LOOKED_AT as u64 {
        return Err(NoMatch::Ambiguous);
    }
    let mut users = found
        .iter()
        .filter(|slot| serde_json::from_str(snapshot.body(*slot)).is_ok_and(|entity| same(&entity)))
        .filter_map(|slot| snapshot.ref_text(slot).parse::<EntityRef>().ok());
    match (users.next(), users.next()) {
        (None, _) => Err(NoMatch::NotInCatalog),
        (Some(user), None) => Ok(user),
        // Somebody could have written another's address into an entity of their own.
        (Some(_), Some(_)) => Err(NoMatch::Ambiguous),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::index::{Builder, Index};
    use identity::sign_in::{Email, ResolverKind};
    use serde_json::json;

    fn company() -> Index {
        let mut builder = Builder::default();
        let user = |name: &str, email: &str, id: &str| {
            json!({
                "apiVersion": "backstage.io/v1alpha1", "kind": "User",
                "metadata": {"name": name, "namespace": "default", "annotations": {"github.com/user-id": id}},
                "spec": {"profile": {"email": email}},
            })
        };
        let robot = json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
            "metadata": {"name": "robot", "namespace": "default", "annotations": {"github.com/user-id": "ID-9"}},
            "spec": {"profile": {"email": "robot@example.com"}},
        });
        let entities = [
            ("user:default/ada", user("ada", "Ada@Example.com", "ID-1")),
            ("user:default/bob", user("bob", "bob@example.com", "ID-2")),
            ("user:default/bobby", user("bobby", "bob@example.com", "id-2")),
            ("component:default/robot", robot),
        ];
        for (at, (entity_ref, body)) in entities.into_iter().enumerate() {
            let entity_ref: EntityRef = entity_ref.parse().expect("a ref");
            let uid = format!("00000000-0000-4000-8000-00000000000{at}");
            builder.add(entity_ref, &uid, body.to_string().into(), Vec::new().into()).expect("an entity");
        }
        builder.finish(model::Sequence::default()).expect("an index")
    }

    fn resolved(kinds: &[ResolverKind], profile: &Profile) -> Result<String, NoMatch> {
        let resolvers: Vec<Resolver> = kinds.iter().cloned().map(Resolver::new).collect();
        resolve(&company().snapshot(), &resolvers, profile).map(|user| user.to_string())
    }

    fn by_email(email: &str) -> Profile {
        Profile { email: Email::new(email, Some(true)), ..Profile::default() }
    }

    #[test]
    fn an_address_finds_its_one_user_in_whatever_case() {
        let found = |email: &str| resolved(&[ResolverKind::ProfileEmail], &by_email(email));
        assert_eq!(found("ada@example.COM").as_deref(), Ok("user:default/ada"));
        assert_eq!(found("ada+portal@example.com").as_deref(), Ok("user:default/ada"));
        assert_eq!(found("bob@example.com"), Err(NoMatch::Ambiguous));
        assert_eq!(found("robot@example.com"), Err(NoMatch::NotInCatalog), "no user");
        assert_eq!(found("eve@example.com"), Err(NoMatch::NotInCatalog));
    }

    #[test]
    fn an_id_is_compared_exactly() {
        let found = |id: &str| {
            let profile = Profile { id: Some(id.to_owned()), ..Profile::default() };
            resolved(&[ResolverKind::IdAnnotation("github.com/user-id")], &profile)
        };
        assert_eq!(found("ID-2").as_deref(), Ok("user:default/bob"));
        assert_eq!(found("id-2").as_deref(), Ok("user:default/bobby"));
        assert_eq!(found("Id-2"), Err(NoMatch::NotInCatalog));
        assert_eq!(found("ID-9"), Err(NoMatch::NotInCatalog), "no user");
    }

    #[test]
    fn resolvers_are_tried_in_order_until_one_finds_or_stops() {
        let both = [ResolverKind::Username, ResolverKind::ProfileEmail];
        let person = Profile { username: Some("nobody".to_owned()), ..by_email("ada@example.com") };
        assert_eq!(resolved(&both, &person).as_deref(), Ok("user:default/ada"));
        let other = [ResolverKind::ProfileEmail, ResolverKind::Username];
        let person = Profile { username: Some("ada".to_owned()), ..by_email("bob@example.com") };
        assert_eq!(resolved(&other, &person), Err(NoMatch::Ambiguous), "two matches end it");
        assert_eq!(resolved(&[], &person), Err(NoMatch::NoResolver));
        let silent = Profile::default();
        assert_eq!(resolved(&other, &silent), Err(NoMatch::Unresolvable(Unresolvable::NoUsername)));
    }

    #[test]
    fn only_who_may_do_without_a_user_is_made_one_up() {
        let resolver = Resolver { without_user: true, ..Resolver::new(ResolverKind::EmailLocalPart) };
        let found = resolve(&company().snapshot(), &[resolver], &by_email("eve@example.com"));
        assert_eq!(found.map(|user| user.to_string()).as_deref(), Ok("user:default/eve"));
    }
}
