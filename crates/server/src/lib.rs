//! The HTTP surface: edge, guard, routes, pages.

pub mod pages;
