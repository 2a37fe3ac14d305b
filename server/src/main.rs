//! The program `lampfield`.

fn main() {}
