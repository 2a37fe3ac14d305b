//! Cost and speed of the whole process, from the datagram to the bytes at a watcher: the real server, and in the same
//! run, under the same load, comparable programs.
//!
//! ```text
//!  whole                     PUBLISH: a bare loop, and lampfield; the page: plain JavaScript, and lampfield's
//!  whole --peers [WORD…]     the same with Asterisk 22 and Kamailio; latency, fan-out, growth and how soon all is live
//!  whole --soak MINUTES      memory under steady work
//! ```
//! Prints Markdown for `docs/performance.md`. CPU time is the kernel's account of the process: that account holds on a
//! busy machine, too, and the ratios within one run hold on any machine.

mod convergence;
mod crowd;
mod fanout;
mod grid;
mod growth;
mod latency;
mod load;
mod page;
mod peers;
mod phone;
mod process;
mod publish;
mod publisher;
mod rates;
mod servers;
mod sipp;
mod slow;
mod soak;
mod storm;
mod table;

/// Measurements by name.
const ALL: [(&str, fn()); 11] = [
    ("publish", publish::beside),
    ("rates", rates::measure),
    ("latency", latency::measure),
    ("page", page::measure),
    ("grid", grid::compare),
    ("slow", slow::measure),
    ("storm", storm::measure),
    ("weight", grid::weigh),
    ("fanout", fanout::measure),
    ("growth", growth::measure),
    ("convergence", convergence::measure),
];

fn main() {
    // cargo adds the argument `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if words.iter().any(|word| word == servers::FLOOR) {
        return servers::floor();
    }
    let Some((first, wanted)) = words.split_first() else {
        publish::alone();
        grid::compare();
        return grid::weigh();
    };
    if let ("--soak", [minutes]) = (first.as_str(), wanted) {
        return soak::measure(minutes.parse().expect("a number of minutes"));
    }
    assert_eq!(
        first, "--peers",
        "`{first}` is not among the words: --peers [publish|rates|latency|page|grid|slow|storm|weight|fanout|growth|convergence], --soak MINUTES"
    );
    for word in wanted {
        assert!(ALL.iter().any(|(name, _)| name == word), "nothing is called `{word}`");
    }
    for (name, measure) in ALL {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            measure();
        }
    }
}
