//! The build program of lampfield.

fn main() {}
