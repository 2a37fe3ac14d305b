//! The page of the PBXes, in English.

use lampfield_shared::{Fault, Publishing, Topic};

use super::{counted, counters};
use crate::PeersWords;
use crate::peers::LadderWords;

pub(crate) const PEERS: PeersWords = PeersWords {
    verdict: |live, all, paused, findings| {
        let paused = match paused {
            [] => String::new(),
            titles => format!(", {} paused", titles.join(" and ")),
        };
        let problems = if findings == 0 { "No problems".into() } else { counted(findings as u64, "problem") };
        format!("{live} of {all} PBXes live{paused}. {problems}.")
    },
    none: "No PBX is connected yet.",
    none_do: "Add a section like this to lampfield.toml, with the addresses of your PBX and of this machine, and restart \
              lampfield:",
    none_then: "Then this page shows the one block to paste into pjsip.conf of that PBX, and says what is still missing.",
    own_eid: |eid| format!("Our own entity id: {eid}"),
    eids: "Entity ids",
    trouble: "Problems",
    heard: "Last message",
    last_out: "Last sent",
    round_trip: "Last full set",
    answered: |millis, states, drift| {
        let changed = if drift == 0 { "none had changed".into() } else { format!("{drift} had changed") };
        format!("{} in {}.{} s, {changed}", counted(states, "state"), millis / 1000, millis % 1000 / 100)
    },
    not_answered: |time| format!("asked at {time}, no answer yet"),
    untold: "Updates waiting",
    refresh: "Request all states",
    refreshed: |site| format!("Asked {site} to resend everything."),
    counts: "Counters",
    strangers: "Unknown senders",
    given: "Responses sent",
    got: "Responses received",
    counter: counters::told,
    fault: |fault, time| match fault {
        Fault::Silent { since } => Some(format!(
            "Off or unreachable: nothing received since {}. It worked before, so nothing is to be changed in its \
             configuration: check whether the PBX runs, and the network between.",
            time(*since)
        )),
        // The server's words are English already.
        _ => None,
    },
    matrix: "Who reports to whom",
    unheard: "? = between PBXes; not visible from here.",
    no_states: "no states yet",
    told: |standing, code| match (standing, code) {
        (Publishing::Held, _) => "up to date".into(),
        (Publishing::Nothing, _) => "nothing sent yet".into(),
        (Publishing::Failing, None) => "no answer".into(),
        (Publishing::Failing, Some(code)) => format!("fails ({code})"),
        (Publishing::Refused, code) => format!("rejects ({})", code.unwrap_or_default()),
    },
    paused: "Paused: we send it nothing",
    pause: "Pause",
    resume: "Resume",
    block: |site| format!("pjsip.conf on {site} (FreePBX: pjsip_custom.conf)"),
    copy_block: "Copy the whole block",
    block_then: "Paste it once, instead of any sections for lampfield that are there, then run “core restart when \
                 convenient”.",
    back: "All PBXes",
    ladder: LadderWords {
        title: |site| format!("Messages with {site}"),
        kept: |count| format!("newest first, {count} kept"),
        all: "All",
        from: |site| format!("From {site}"),
        to: |site| format!("To {site}"),
        failures: "Failures",
        search: "Number or word",
        hold: "Pause",
        go_on: "Resume",
        columns: ["Direction", "Message", "About", "Answer", "Took"],
        topic: |topic, method| match topic {
            Topic::Alive => "Qualify (OPTIONS)".into(),
            Topic::Device { .. } => "State".into(),
            Topic::Mailbox { .. } => "Mailbox".into(),
            Topic::Refresh => "Request for all states".into(),
            Topic::Extension { event, .. } => format!("Extension ({event})"),
            Topic::Renewal { .. } => "Publication renewed".into(),
            Topic::Withdrawal { .. } => "Publication ended".into(),
            Topic::Other => method.into(),
        },
        mailbox: |new, old| format!("{new} new, {old} old"),
        answer: |code| {
            let word = match code {
                200..=299 => "accepted",
                401 | 407 => "password required, or sender unknown",
                403 => "rejected: not allowed",
                404 => "rejected: no such section or name",
                408 | 504 => "no answer in time",
                412 => "publication unknown there, will be sent in full",
                415 | 400 => "rejected: not understood",
                423 => "rejected: interval too short",
                481 => "rejected: no such transaction",
                489 => "rejected: event not supported there",
                500..=599 => "error there, will be tried again",
                100..=199 => "in progress",
                _ => "rejected",
            };
            format!("{code} {word}")
        },
        waiting: "waiting",
        no_answer: "no answer in 32 s",
        no_request: "(request no longer kept)",
        copies: |count| format!("sent {count} times"),
        took: |millis| format!("{millis} ms"),
        wire: "Show the messages as sent",
        none: "No message matches.",
        left_out: |n| format!("… {} not shown", counted(n, "byte")),
    },
};
