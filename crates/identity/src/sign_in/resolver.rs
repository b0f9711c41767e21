//! From a profile to what is looked for in the catalog: the resolvers of Backstage.

use model::EntityRef;

use super::Profile;

/// A resolver of the configuration, with its options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolver {
    /// Which one.
    pub kind: ResolverKind,
    /// `allowedDomains`: only addresses of these count. The reference compares them as written, and only for one of its
    /// resolvers; here without regard to case, as DNS does, and for all that look at an address.
    pub allowed_domains: Option<Vec<String>>,
    /// `dangerouslyAllowSignInWithoutUserInCatalog`: whether a user that the catalog does not know is made up. Needs an
    /// acceptance in production.
    pub without_user: bool,
}

/// How a person is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolverKind {
    /// `emailMatchingUserEntityProfileEmail`: `spec.profile.email` is her address.
    ProfileEmail,
    /// `emailLocalPartMatchingUserEntityName`: the entity's name is what stands before the `@`.
    EmailLocalPart,
    /// `usernameMatchingUserEntityName`, also `preferredUsernameMatchingUserEntityName` and those of forwarded names: the
    /// entity's name is her name at the provider.
    Username,
    /// `userIdMatchingUserEntityAnnotation`, `idMatchingUserEntityAnnotation`: an annotation holds her id, exactly.
    IdAnnotation(&'static str),
    /// The same for an installation of its own, whose host is in the annotation's name: `gitlab.example.com/user-id`.
    IdAnnotationOf(String),
    /// `emailMatchingUserEntityAnnotation`: an annotation holds her address.
    EmailAnnotation(&'static str),
    /// `usernameMatchingUserEntityAnnotation`: an annotation holds her name at the provider.
    UsernameAnnotation(&'static str),
}

/// What is looked for among the users of the catalog. Exactly one has to match: two are a conflict, and nobody comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The entity itself.
    Ref(EntityRef),
    /// Users whose `spec.profile.email` is an address, without regard to case; if there is none, the same address without
    /// what follows a `+`.
    ProfileEmail {
        /// The address.
        email: String,
        /// Without the part behind the `+`, where there is one.
        plain: Option<String>,
    },
    /// Users with an annotation of a value.
    Annotation {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
        /// Whether case matters. Ids are compared as they are; addresses and names are not.
        exact: bool,
    },
}

/// What a resolver makes of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// To be looked for. If nobody is found and the resolver may do without, `fallback` signs in.
    Look {
        /// What.
        lookup: Lookup,
        /// Who comes in if the catalog knows nobody; `None` where that is not allowed.
        fallback: Option<EntityRef>,
    },
    /// Nobody can be looked for; the next resolver is tried.
    Next(Unresolvable),
    /// The person is refused, whatever the other resolvers would say.
    Refuse(Unresolvable),
}

/// Why a profile leads nowhere. For records and administrators; a stranger is told nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unresolvable {
    /// The provider gave no address, or one that does not count.
    #[error("the provider gave no verified e-mail address")]
    NoEmail,
    /// The address is of another domain.
    #[error("the e-mail address is of a domain that is not allowed")]
    Domain,
    /// The provider gave no name.
    #[error("the provider gave no user name")]
    NoUsername,
    /// The provider gave no id.
    #[error("the provider gave no user id")]
    NoId,
    /// It is nothing that an entity can be called.
    #[error("what the provider gave is no name of an entity")]
    NoName,
}

impl Resolver {
    /// One without options.
    pub fn new(kind: ResolverKind) -> Self {
        Self { kind, allowed_domains: None, without_user: false }
    }

    /// What to do for a person.
    pub fn attempt(&self, profile: &Profile) -> Attempt {
        match self.lookup(profile) {
            Ok((lookup, name)) => {
                let fallback = if self.without_user { user(&name) } else { None };
                Attempt::Look { lookup, fallback }
            }
            // The reference ends here as well: an address of strangers is no reason to look for another way in.
            Err(Unresolvable::Domain) => Attempt::Refuse(Unresolvable::Domain),
            Err(why) => Attempt::Next(why),
        }
    }

    fn lookup(&self, profile: &Profile) -> Result<(Lookup, String), Unresolvable> {
        use ResolverKind as Kind;
        let username = || profile.username.clone().ok_or(Unresolvable::NoUsername);
        let id = || profile.id.clone().ok_or(Unresolvable::NoId);
        let annotation =
            |name: &str, value: String, exact| Lookup::Annotation { name: name.to_owned(), value, exact };
        Ok(match &self.kind {
            Kind::ProfileEmail => {
                let email = self.email(profile)?.to_owned();
                (Lookup::ProfileEmail { plain: without_plus(&email), email: email.clone() }, email)
            }
            Kind::EmailLocalPart => {
                let email = self.email(profile)?;
                let local = email.split('@').next().unwrap_or_default();
                (by_name(local)?, local.to_owned())
            }
            Kind::Username => {
                let name = username()?;
                (by_name(&name)?, name)
            }
            Kind::IdAnnotation(annotated) => (annotation(annotated, id()?, true), id()?),
            Kind::IdAnnotationOf(annotated) => (annotation(annotated, id()?, true), id()?),
            Kind::EmailAnnotation(annotated) => {
                let email = self.email(profile)?.to_owned();
                (annotation(annotated, email.clone(), false), email)
            }
            Kind::UsernameAnnotation(annotated) => (annotation(annotated, username()?, false), username()?),
        })
    }

    fn email<'a>(&self, profile: &'a Profile) -> Result<&'a str, Unresolvable> {
        let email = profile.counted_email().ok_or(Unresolvable::NoEmail)?;
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        match &self.allowed_domains {
            Some(allowed) if !allowed.iter().any(|one| one.eq_ignore_ascii_case(domain)) => {
                Err(Unresolvable::Domain)
            }
            _ => Ok(email),
        }
    }
}

/// `a+b@x` as `a@x`.
fn without_plus(email: &str) -> Option<String> {
    let (local, domain) = email.rsplit_once('@')?;
    let (plain, _) = local.split_once('+')?;
    (!plain.is_empty()).then(|| format!("{plain}@{domain}"))
}

fn by_name(name: &str) -> Result<Lookup, Unresolvable> {
    user(name).map(Lookup::Ref).ok_or(Unresolvable::NoName)
}

fn user(name: &str) -> Option<EntityRef> {
    // A name that says a kind or a namespace is none: it would choose whom it is.
    if name.contains([':', '/']) {
        return None;
    }
    EntityRef::from_parts("user", "default", name).ok()
}

#[cfg(test)]
mod tests {
    use super::super::Email;
    use super::*;

    fn profile(email: &str) -> Profile {
        Profile { email: Email::new(email, Some(true)), ..Profile::default() }
    }

    fn ada() -> EntityRef {
        EntityRef::new("user", "default", "ada")
    }

    fn looks(attempt: Attempt) -> Lookup {
        match attempt {
            Attempt::Look { lookup, fallback: None } => lookup,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_address_is_looked_for_as_it_is_and_without_its_plus() {
        let resolver = Resolver::new(ResolverKind::ProfileEmail);
        let lookup = looks(resolver.attempt(&profile("ada+portal@example.com")));
        let plain = Some("ada@example.com".to_owned());
        assert_eq!(lookup, Lookup::ProfileEmail { email: "ada+portal@example.com".to_owned(), plain });
        let lookup = looks(resolver.attempt(&profile("+x@example.com")));
        assert_eq!(lookup, Lookup::ProfileEmail { email: "+x@example.com".to_owned(), plain: None });
    }

    #[test]
    fn domains_count_for_every_resolver_that_looks_at_addresses() {
        for kind in [
            ResolverKind::ProfileEmail,
            ResolverKind::EmailLocalPart,
            ResolverKind::EmailAnnotation("google.com/email"),
        ] {
            let allowed_domains = Some(vec!["Example.com".to_owned()]);
            let resolver = Resolver { allowed_domains, ..Resolver::new(kind) };
            assert!(matches!(resolver.attempt(&profile("ada@example.COM")), Attempt::Look { .. }));
            for other in
                ["ada@evil.com", "ada@sub.example.com", "ada@example.com.evil.com", "ada@example.comx"]
            {
                assert_eq!(
                    resolver.attempt(&profile(other)),
                    Attempt::Refuse(Unresolvable::Domain),
                    "{other}"
                );
            }
        }
    }

    #[test]
    fn a_local_part_is_a_name_and_nothing_else() {
        let resolver = Resolver::new(ResolverKind::EmailLocalPart);
        assert_eq!(looks(resolver.attempt(&profile("Ada@example.com"))), Lookup::Ref(ada()));
        for bad in ["user:default/root@example.com", "default/root@example.com"] {
            assert_eq!(resolver.attempt(&profile(bad)), Attempt::Next(Unresolvable::NoName), "{bad}");
        }
        let unverified = Profile { email: Email::new("ada@example.com", None), ..Profile::default() };
        assert_eq!(resolver.attempt(&unverified), Attempt::Next(Unresolvable::NoEmail));
    }

    #[test]
    fn names_and_ids_are_those_of_the_provider() {
        let person = Profile {
            username: Some("ada".to_owned()),
            id: Some("MDQ6VXNlcjE=".to_owned()),
            display_name: Some("root".to_owned()),
            ..Profile::default()
        };
        let look = |kind| looks(Resolver::new(kind).attempt(&person));
        assert_eq!(look(ResolverKind::Username), Lookup::Ref(ada()));
        let by_id = Lookup::Annotation {
            name: "github.com/user-id".to_owned(),
            value: "MDQ6VXNlcjE=".to_owned(),
            exact: true,
        };
        assert_eq!(look(ResolverKind::IdAnnotation("github.com/user-id")), by_id);
        let nobody = |kind| Resolver::new(kind).attempt(&Profile::default());
        assert_eq!(nobody(ResolverKind::Username), Attempt::Next(Unresolvable::NoUsername));
        assert_eq!(nobody(ResolverKind::IdAnnotation("a/b")), Attempt::Next(Unresolvable::NoId));
        assert_eq!(nobody(ResolverKind::ProfileEmail), Attempt::Next(Unresolvable::NoEmail));
    }

    #[test]
    fn only_who_may_do_without_a_user_does() {
        let resolver = Resolver { without_user: true, ..Resolver::new(ResolverKind::EmailLocalPart) };
        let Attempt::Look { fallback, .. } = resolver.attempt(&profile("ada@example.com")) else {
            panic!("looks")
        };
        assert_eq!(fallback, Some(ada()));
    }
}
