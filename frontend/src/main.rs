//! Starts lampfield's page.

fn main() {
    lampfield_frontend::start();
}
