//! Starts a wall display.

fn main() {
    lampfield_frontend::start_wall();
}
