//! And, or and not over predicates that are simple already.

use model::Predicate;

pub(crate) fn and(left: Predicate, right: Predicate) -> Predicate {
    match (left.constant(), right.constant()) {
        (Some(false), _) | (_, Some(false)) => Predicate::FALSE,
        (Some(true), _) => right,
        (_, Some(true)) => left,
        _ => Predicate::All(joined(left, right, |part| match part {
            Predicate::All(parts) => Ok(parts),
            other => Err(other),
        })),
    }
}

pub(crate) fn or(left: Predicate, right: Predicate) -> Predicate {
    match (left.constant(), right.constant()) {
        (Some(true), _) | (_, Some(true)) => Predicate::TRUE,
        (Some(false), _) => right,
        (_, Some(false)) => left,
        _ => Predicate::Any(joined(left, right, |part| match part {
            Predicate::Any(parts) => Ok(parts),
            other => Err(other),
        })),
    }
}

pub(crate) fn not(part: Predicate) -> Predicate {
    match part.constant() {
        Some(true) => Predicate::FALSE,
        Some(false) => Predicate::TRUE,
        None => match part {
            Predicate::Not(inner) => *inner,
            part => Predicate::Not(Box::new(part)),
        },
    }
}

fn joined(
    left: Predicate,
    right: Predicate,
    parts: fn(Predicate) -> Result<Vec<Predicate>, Predicate>,
) -> Vec<Predicate> {
    let mut all = parts(left).unwrap_or_else(|one| vec![one]);
    match parts(right) {
        Ok(more) => all.extend(more),
        Err(one) => all.push(one),
    }
    all
}
