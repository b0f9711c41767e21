//! Values that must not be printed.

use std::fmt;

/// A value that has no `Display`, and whose `Debug` is its type name. Reading it takes a call whose
/// name stands out in review.
#[derive(Clone)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Compare with it in constant time; never format it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret<{}>", std::any::type_name::<T>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_the_type_only() {
        assert_eq!(format!("{:?}", Secret::new(7_u32)), "Secret<u32>");
    }
}
