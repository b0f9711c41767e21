//! The HTTP surface: edge, guard, routes, pages.
