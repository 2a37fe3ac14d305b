//! Good and bad configurations.

use std::path::Path;

use lampfield_sip::Transport;

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

#[test]
fn two_peers_that_are_reached_at_one_place_are_warned_of() {
    let config = parse(&GOOD.replace("10.0.0.5:5062", "10.0.0.4:5061")).unwrap();
    let [warning] = &config.warnings[..] else { panic!("{:?}", config.warnings) };
    assert!(warning.starts_with("peers `perm` and `kazan` are both reached at 10.0.0.4:5061: "), "{warning}");
}

/// Checks the good configuration with `old` replaced: the error names this place (line and key) and contains these
/// words.
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
    wrong("\"10.0.0.6:5060\"", "5060", "3: sip.listen", "expected an address");
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
    wrong("name = \"kazan\"", "name = \"perm\"", "25: peer[1].name", "another peer is already called `perm`");
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
    wrong("site = \"perm\"", "site = \"omsk\"", "34: extension[0].site", "there is no peer `omsk`");
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
    // PATH is the one variable that is set on every machine.
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

/// Checks where the good configuration listens with `listen` replaced, and the addresses in our Via.
#[track_caller]
fn listens(listen: &str, expected: &[&str], vias: &[&str]) {
    let config = parse(&GOOD.replacen("listen = \"10.0.0.6:5060\"", listen, 1)).unwrap();
    let shown = config.transport.listen.iter().map(|(transport, address)| format!("{transport} {address}"));
    assert_eq!(shown.collect::<Vec<_>>(), expected, "{listen}");
    let own = [
        (Transport::Udp, "192.0.2.1"),
        (Transport::Tcp, "192.0.2.1"),
        (Transport::Tls, "192.0.2.1"),
        (Transport::Udp, "2001:db8::1"),
    ];
    let own = own.map(|(transport, other)| config.mesh.sent_by.facing(transport, other.parse().unwrap()).to_string());
    assert_eq!(own, vias, "{listen}");
}

#[test]
fn listens_where_it_is_told() {
    let usual = "10.0.0.6:5060";
    listens("listen = '10.0.0.6:5060'", &["UDP 10.0.0.6:5060", "TCP 10.0.0.6:5060"], &[usual; 4]);
    listens("listen = 'udp://10.0.0.6'", &["UDP 10.0.0.6:5060"], &[usual; 4]);
    listens(
        "listen = ['10.0.0.6', 'tcp://10.0.0.6:5070', '[2001:db8::6]:5060']",
        &[
            "UDP 10.0.0.6:5060",
            "TCP 10.0.0.6:5060",
            "TCP 10.0.0.6:5070",
            "UDP [2001:db8::6]:5060",
            "TCP [2001:db8::6]:5060",
        ],
        &[usual, usual, usual, "[2001:db8::6]:5060"],
    );
    listens(
        "listen = ['0.0.0.0:5060', 'udp://[::]']\nadvertise = ['203.0.113.6:5080', '2001:db8::7']",
        &["UDP 0.0.0.0:5060", "TCP 0.0.0.0:5060", "UDP [::]:5060"],
        &["203.0.113.6:5080", "203.0.113.6:5080", "203.0.113.6:5080", "[2001:db8::7]:5060"],
    );
}

#[test]
fn says_what_is_wrong_with_a_transport() {
    let listen = "\"10.0.0.6:5060\"";
    wrong(listen, "\"sctp://10.0.0.6\"", "3: sip.listen", "`sctp://10.0.0.6` is not of the form");
    wrong(listen, "\"desk.example:5060\"", "3: sip.listen", "not of the form");
    wrong(listen, "[]", "3: sip.listen", "at least one");
    wrong(listen, "[\"10.0.0.6:5060\", \"[::]:5060\"]", "3: sip.listen", "sip.advertise");
    wrong(listen, "\"tls://10.0.0.6\"", "3: sip.listen", "sip.tls.certificate and sip.tls.key");
    wrong(listen, "\"10.0.0.6:5060\"\nadvertise = \"desk.example\"", "4: sip.advertise", "`desk.example`");
    wrong(listen, "\"10.0.0.6:5060\"\nnameservers = \"ns.example\"", "4: sip.nameservers", "`ns.example`");
    wrong(listen, "\"10.0.0.6:5060\"\ntls.key = \"a.pem\"", "4: sip.tls.key", "its certificate is missing");
    let missing = "\"tls://10.0.0.6\"\ntls.key = \"no.pem\"\ntls.certificate = \"no.pem\"";
    wrong(listen, missing, "5: sip.tls.certificate", "no.pem cannot be read");
    let to = "sip:lamp@10.0.0.5:5062";
    wrong(to, "sip:lamp@10.0.0.5;transport=sctp", "28: peer[1].publish_to", "transport=sctp");
    wrong(to, "sips:lamp@10.0.0.5;transport=udp", "28: peer[1].publish_to", "transport=udp");
    wrong(to, "sip:10.0.0.5", "28: peer[1].publish_to", "sip:user@host:port");
}

#[test]
fn peers_may_be_reached_by_name_and_by_connections() {
    for (written, uri, asked) in [
        ("sip:lamp@pbx.example", "sip:lamp@pbx.example", true),
        ("sip:lamp@PBX.example:5070;transport=TCP", "sip:lamp@pbx.example:5070;transport=tcp", true),
        ("sip:lamp@[2001:db8::5];transport=tcp", "sip:lamp@[2001:db8::5];transport=tcp", false),
        ("sip:lamp@2001:db8::5", "sip:lamp@[2001:db8::5]", false),
    ] {
        let config = parse(&GOOD.replace("sip:lamp@10.0.0.5:5062", written)).unwrap();
        let to = &config.mesh.peers[1].publish_to;
        assert_eq!((to.uri().as_str(), to.target.question().is_some()), (uri, asked), "{written}");
    }
    let config = parse(&GOOD.replace("\"10.0.0.4:5061\"", "[\"perm.example\", \"perm.example:5070\"]")).unwrap();
    assert_eq!(config.mesh.peers[0].publish_to.uri(), "sip:console@perm.example");
}

#[test]
fn says_how_much_of_calls_each_role_may_know() {
    use lampfield_shared::{Privacy, Role};
    let privacy = |lines: &str| {
        let text = format!("[sip]\nlisten = \"127.0.0.1:5060\"\n{lines}");
        let config = Config::parse(Path::new("test.toml"), &text).unwrap();
        Role::ALL.map(|role| config.web.privacy.of(role))
    };
    assert_eq!(privacy(""), [Privacy::Nothing, Privacy::Side, Privacy::Full, Privacy::Full]);
    let written = privacy("[privacy]\nscreen = \"side\"\nviewer = \"number\"\nadmin = \"nothing\"");
    assert_eq!(written, [Privacy::Side, Privacy::Number, Privacy::Full, Privacy::Nothing]);
}

#[test]
fn passwords_of_both_directions_are_read_and_never_printed() {
    let auth = "[peer.auth]\nusername = \"perm\"\npassword = \"in-secret\"\n\n\
                [peer.outbound_auth]\nusername = \"console\"\npassword = \"out-secret\"\nrealm = \"asterisk\"\n\n[[extension]]";
    let config = parse(&GOOD.replacen("[[extension]]", auth, 1)).unwrap();
    let kazan = &config.mesh.peers[1];
    let (theirs, ours) = (kazan.auth.as_ref().unwrap(), kazan.outbound_auth.as_ref().unwrap());
    assert_eq!((theirs.login.username.as_str(), &theirs.realm), ("perm", &None));
    assert_eq!((ours.login.username.as_str(), ours.realm.as_deref()), ("console", Some("asterisk")));
    assert!(theirs.login.password == "in-secret".into() && ours.login.password == "out-secret".into());
    let printed = format!("{config:?}");
    assert!(printed.contains("console") && !printed.contains("-secret"), "{printed}");
}

#[test]
fn a_login_that_cannot_stand_on_the_wire_is_refused_without_its_password() {
    let with = |auth: &str| format!("[peer.auth]\n{auth}\n\n[[extension]]");
    for name in ["", "an\\\"na", "back\\\\slash", "line\\nbreak"] {
        let auth = with(&format!("username = \"{name}\"\npassword = \"x\""));
        wrong("[[extension]]", &auth, "31: peer[1].auth.username", "must not be empty");
    }
    wrong("[[extension]]", &with("username = \"anna\""), "30: peer[1].auth", "missing field `password`");
    let error = parse(&GOOD.replacen("[[extension]]", &with("username = \"a\"\npassword = 4711"), 1))
        .expect_err("it was taken");
    assert!(error.to_string().contains("peer[1].auth.password"), "{error}");
    let hidden = with("username = \"a\"\npassword = \"env:LAMPFIELD_NO_SUCH\"");
    wrong("[[extension]]", &hidden, "32: peer[1].auth.password", "LAMPFIELD_NO_SUCH is not set");
}

#[test]
fn filters_are_asterisks_and_a_wrong_one_is_named() {
    let filters = "device_state_filter = \"^PJSIP/\"\nmailbox_state_filter = \"@default$\"\n\
                   outbound_device_state_filter = \"^Custom:\"\nresource = \"PBXact\"";
    let config = parse(&GOOD.replacen("resource = \"PBXact\"", filters, 1)).unwrap();
    let [perm, kazan] = &config.mesh.peers[..] else { panic!("{:?}", config.mesh.peers) };
    for (filter, passes, stays) in [
        (&kazan.filters.device_state, "PJSIP/1001", "SIP/1001"),
        (&kazan.filters.mailbox_state, "1001@default", "1001@sales"),
        (&kazan.filters.outbound_device_state, "Custom:DND1001", "PJSIP/1001"),
    ] {
        let filter = filter.as_ref().unwrap();
        assert!(filter.lets(passes) && !filter.lets(stays), "{filter:?}");
    }
    assert!(perm.filters.device_state.is_none(), "everything passes");
    for key in ["device_state_filter", "mailbox_state_filter", "outbound_device_state_filter"] {
        let place = format!("28: peer[1].{key}");
        wrong("resource = \"PBXact\"", &format!("resource = \"PBXact\"\n{key} = \"PJSIP/[\""), &place, "unclosed");
    }
}

#[test]
fn no_error_shows_what_may_be_a_secret() {
    let with =
        |lines: &str| parse(&GOOD.replacen("resource = \"FreePBX\"", &format!("resource = \"FreePBX\"\n{lines}"), 1));
    for lines in [
        "auth = { username = \"u\", password = 4711 }",
        "auth = { username = \"u\", password = [\"4711\"] }",
        "auth = \"u:4711\"",
        "outbound_auth = 4711",
        "outbound_auth = { username = 4711, password = \"x\" }",
        "outbound_auth = { username = \"u\", password = \"4711 }",
        "outbound_auth = { username = \"u\", password = 4711x }",
        "outbound_auth = { username = \"4711\\n\", password = \"x\" }",
        "ami = { user = \"u\", secret = 4711 }",
        "ami = { user = \"u\", secret = \"4711\\n\" }",
        "ami = { user = \"u\", secret = true, port = \"4711\" }",
        "ami = \"4711\"",
        "publish_to = \"sips:u:4711@\"",
        "publish_to = \"sip:u:4711@10.0.0.4\"",
        "tls_name = \"-----BEGIN PRIVATE KEY-----\\n4711\"",
    ] {
        let error = with(lines).expect_err("it was taken").to_string();
        assert!(!error.contains("4711"), "{error}");
        assert!(error.starts_with("lampfield.toml:2"), "{error}");
    }
}
