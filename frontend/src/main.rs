//! lampfield's page.

fn main() {}
