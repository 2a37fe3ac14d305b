//! Good and bad configurations.

use std::path::Path;

use super::{Config, ConfigError};

const GOOD: &str = r#"
[sip]
listen = "10.0.0.6:5060"
user = "console"
eid = "02:00:00:00:00:06"
options_seconds = 2

[web]
listen = "127.0.0.1:8080"

[board]
title = "Head office"
context = "from-internal-custom"
hints = ["_[123]xxx,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}"]

[[peer]]
name = "perm"
title = "Perm"
address = "10.0.0.4:5061"
resource = "FreePBX"
eids = ["02:00:00:00:00:04"]
serves = ["_1XXX"]

[[peer]]
name = "kazan"
address = ["10.0.0.5", "10.0.1.5:5070"]
resource = "PBXact"
publish_to = "sip:lamp@10.0.0.5:5062"

[[extension]]
exten = "1001"
name = "Anna Petrova"
group = "Sales"
site = "perm"
mailbox = "1001@sales"
"#;

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(Path::new("lampfield.toml"), text)
}

#[test]
fn reads_a_whole_configuration() {
    let config = parse(GOOD).unwrap();
    assert_eq!(config.title, "Head office");
    assert_eq!(config.mesh.silence.as_secs(), 6, "three probes");
    let [perm, kazan] = &config.mesh.peers[..] else { panic!("{:?}", config.mesh.peers) };
    assert_eq!(perm.publish_to.uri(), "sip:console@10.0.0.4:5061", "our user, at its address");
    assert_eq!(kazan.publish_to.uri(), "sip:lamp@10.0.0.5:5062");
    assert_eq!(kazan.addresses.len(), 2);
    assert_eq!(config.board.sites[1].title, "kazan", "the name, where there is no title");
    assert_eq!(config.board.extensions[0].name.as_deref(), Some("Anna Petrova"));
    assert_eq!(config.warnings, [""; 0]);
}

#[test]
fn the_least_that_works_is_an_address() {
    let config = parse("[sip]\nlisten = '127.0.0.1:5060'").unwrap();
    assert_eq!(config.web.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.eid, None, "the one that is kept");
    assert_eq!((config.web.open, config.store_file.as_path()), (None, Path::new("lampfield.db")));
    assert_eq!(config.warnings.len(), 1, "nobody can publish");
}

/// The good one with `old` replaced: which line, which key, and what words come of it.
#[track_caller]
fn wrong(old: &str, new: &str, place: &str, words: &str) {
    assert!(GOOD.contains(old), "`{old}` is not in the good configuration");
    let text = GOOD.replacen(old, new, 1);
    let error = parse(&text).expect_err("it was taken").to_string();
    assert!(error.starts_with(&format!("lampfield.toml:{place}: ")), "{error}");
    assert!(error.contains(words), "{error}");
}

#[test]
fn errors_name_file_line_and_key() {
    wrong("[sip]", "[sip", "2: TOML", "");
    wrong("user = \"console\"", "usr = \"console\"", "4: sip.usr", "unknown field `usr`");
    wrong("\"10.0.0.6:5060\"", "\"ten\"", "3: sip.listen", "`ten`");
    wrong("\"10.0.0.6:5060\"", "5060", "3: sip.listen", "integer");
    wrong("\"10.0.0.6:5060\"", "\"0.0.0.0:5060\"", "3: sip.listen", "sip.advertise");
    wrong("\"02:00:00:00:00:06\"", "\"six\"", "5: sip.eid", "`six` is not an entity id");
    wrong("options_seconds = 2", "options_seconds = 5\nsilence_seconds = 6", "7: sip.silence_seconds", "10");
    wrong(
        "hints = [\"_[123]xxx,hint,PJSIP/${EXTEN}&Custom:DND${EXTEN}\"]",
        "asterisk = 17",
        "14: board.asterisk",
        "22 or 16",
    );
    wrong("hints = [\"_[123]xxx,hint,", "hints = [\"_[123]xxx,", "14: board.hints[0]", "");
    wrong("name = \"kazan\"", "name = \"perm\"", "25: peer[1].name", "another peer is called `perm`");
    wrong(
        "\"10.0.0.4:5061\"",
        "\"perm example\"",
        "19: peer[0].address",
        "`perm example` is neither an IP address nor",
    );
    wrong("\"10.0.0.4:5061\"", "[]", "19: peer[0].address", "at least one");
    wrong("\"10.0.0.4:5061\"", "7", "19: peer[0].address", "expected an address");
    wrong("eids = [\"02:00:00:00:00:04\"]", "eids = [\"02:00:00:00:00:06\"]", "21: peer[0].eids", "lampfield's own");
    wrong(
        "publish_to = \"sip:lamp@10.0.0.5:5062\"",
        "eids = [\"02:00:00:00:00:04\"]",
        "28: peer[1].eids",
        "belongs to peer `perm`",
    );
    wrong("sip:lamp@10.0.0.5:5062", "10.0.0.5", "28: peer[1].publish_to", "sip:user@host:port");
    wrong("serves = [\"_1XXX\"]", "serves = [\"_[1\"]", "22: peer[0].serves", "");
    wrong("site = \"perm\"", "site = \"omsk\"", "34: extension[0].site", "no peer is called `omsk`");
    wrong("name = \"Anna Petrova\"", "[[extension]]\nexten = \"1001\"", "33: extension[1].exten", "already");
    wrong("resource = \"PBXact\"", "", "24: peer[1]", "resource");
}

#[test]
fn two_peers_that_cannot_be_told_apart_are_refused() {
    let twin = "[[peer]]\nname = \"twin\"\naddress = \"10.0.0.4\"\nresource = \"FreePBX\"\n\n[[extension]]";
    wrong("[[extension]]", twin, "32: peer[2].address", "cannot be told from peer `perm`");
}

#[test]
fn a_value_may_come_from_the_environment() {
    // PATH is the one variable that every machine has.
    wrong("\"console\"", "\"env:LAMPFIELD_NO_SUCH\"", "4: sip.user", "LAMPFIELD_NO_SUCH is not set");
    let config = parse(&GOOD.replace("\"console\"", "\"env:PATH\"")).unwrap();
    assert_eq!(config.mesh.user, std::env::var("PATH").unwrap());
}

#[test]
fn a_dialplan_that_is_not_there_is_named() {
    wrong(
        "[[peer]]",
        "dialplan = [\"no-such.conf\"]\n[[peer]]",
        "16: board.dialplan[0]",
        "no-such.conf cannot be read",
    );
}
