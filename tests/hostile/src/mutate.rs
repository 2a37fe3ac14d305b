//! Mutates inputs by a seed: the same seed gives the same inputs.

use rand::Rng as _;
use rand::rngs::StdRng;

/// Tokens that readers look for.
const WORDS: &[&str] = &[
    "\r\n",
    "\r\n\r\n",
    "\n ",
    "\0",
    ":",
    ";",
    ",",
    "\"",
    "\\",
    "<",
    ">",
    "=",
    "@",
    "[",
    "]",
    "{",
    "}",
    "${",
    "$[",
    "&",
    "_X.",
    ",hint,",
    "SIP/2.0",
    "PUBLISH ",
    "SIP/2.0/UDP ",
    "branch=z9hG4bK",
    "tag=",
    "Content-Length: 0",
    "l: 99999999999",
    "SIP-If-Match: ",
    "Expires: 4294967295",
    "CSeq: 2147483648 PUBLISH",
    "Event: asterisk-mwi",
    "\u{feff}",
    "\u{fffd}",
    "-1",
    "0",
    "18446744073709551616",
    "\"type\":\"refresh\"",
    "\"cachable\":1",
    "\\ud800",
    "[[peer]]\n",
    "'''",
    "#include \"self\"\n",
];

/// A mutated copy of an input of the corpus.
pub fn mutate(rng: &mut StdRng, corpus: &[Vec<u8>], longest: usize) -> Vec<u8> {
    let mut input = corpus[rng.random_range(0..corpus.len())].clone();
    for _ in 0..rng.random_range(1..=6) {
        change(rng, &mut input, corpus);
    }
    input.truncate(longest);
    input
}

fn change(rng: &mut StdRng, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
    let at = rng.random_range(0..=input.len());
    let end = (at + rng.random_range(0..=64)).min(input.len());
    match rng.random_range(0..8) {
        0 => input.truncate(at),
        1 => drop(input.drain(at..end)),
        2 => {
            let piece = input[at..end].repeat(rng.random_range(1..=50));
            input.splice(at..at, piece);
        }
        3 => drop(input.splice(at..end, WORDS[rng.random_range(0..WORDS.len())].bytes()).count()),
        4 => drop(input.splice(at..at, [rng.random::<u8>()]).count()),
        5 => {
            let other = &corpus[rng.random_range(0..corpus.len())];
            let from = rng.random_range(0..=other.len());
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        _ => {
            for byte in &mut input[at..end] {
                if rng.random_bool(0.1) {
                    *byte = if rng.random_bool(0.5) { rng.random() } else { *byte ^ (1 << rng.random_range(0..8)) };
                }
            }
        }
    }
}
