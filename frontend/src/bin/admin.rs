//! Starts the page of an admin.

fn main() {
    lampfield_frontend::start_admin();
}
