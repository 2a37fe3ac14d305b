//! Starts the page of the lamps.

fn main() {
    lampfield_frontend::start_desk();
}
