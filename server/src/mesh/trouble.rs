//! What keeps a peer and us from hearing each other, and what mends it: in which file, and by which lines.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lampfield_shared::{Eid, Fault, Finding, Timestamp};
use lampfield_sip::SentBy;
use lampfield_sip::auth::Unanswerable;
use lampfield_sip::publication::agent::Status;

use super::admission::KeptOut;
use super::body::json::MeshEvent;
use super::dump::Namesake;
use super::eids::Refused;
use super::faults;
use super::liveness::Standing;
use super::outbound::{Denied, Outbound};
use super::peer::Peer;
use super::reach::Reach;
use super::settings::Auth;
use super::setup::Setup;
use super::vocabulary::MAX_EIDS;
use crate::ledger::Round;

/// Time for which a peer is told of that spoke under an entity id of another, or called by TLS in vain. An Asterisk is
/// asked for all its states once an hour, so one that was not mended has done so again by then.
const REMEMBERED: Duration = Duration::from_hours(1);

const PJSIP: &str = "pjsip.conf (FreePBX: pjsip_custom.conf)";
const ASTERISK: &str = "asterisk.conf";
const MODULES: &str = "modules.conf";
const OURS: &str = "lampfield.toml";
const ENTITY_ID: &str = "[options]\nentityid =   ; one of its own, such as the MAC address of that machine";

/// A peer, and what has to be known of its surroundings to say what is wrong.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub peer: &'a Peer,
    /// The ways to the peer.
    pub reach: &'a Reach,
    /// The last refresh round of its device states.
    pub round: Option<&'a Round>,
    /// Our own entity id.
    pub own: Eid,
    /// The addresses that peers know us by.
    pub sent_by: &'a SentBy,
    /// When the peer was last heard, in this run or an earlier one.
    pub heard: Option<Timestamp>,
    pub now: Instant,
}

/// The texts of findings in one; `None` where nothing is wrong.
pub(super) fn in_one(findings: &[Finding]) -> Option<String> {
    let texts: Vec<&str> = findings.iter().map(|finding| finding.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

impl Scene<'_> {
    /// Everything that keeps the peer and us from hearing each other, the worst first.
    pub fn trouble(&self) -> Vec<Finding> {
        let outbound = self.peer.outbound.iter().find_map(|(event, outbound)| self.refused(*event, outbound));
        // A failed TLS call is no trouble where the peer is heard by another transport.
        let no_tls = self.no_tls().filter(|_| self.standing() != Standing::Live);
        let all = [self.namesake(), self.kept_out(), no_tls, self.other_resource(), self.no_way(), outbound];
        all.into_iter().flatten().collect()
    }

    /// The peer's [`trouble`](Self::trouble), and everything else that is odd.
    pub fn findings(&self) -> Vec<Finding> {
        let mut all = self.trouble();
        // A peer that publishes elsewhere, or without the password, is told of above.
        let no_tls = self.no_tls();
        let is_kept_out = self.peer.admission.trouble(self.now).is_some();
        let is_explained = self.peer.other_resource.is_some() || is_kept_out || no_tls.is_some();
        let silence = if is_explained { None } else { self.silent() };
        let no_tls = no_tls.filter(|_| self.standing() == Standing::Live);
        all.extend([silence, self.untold(), no_tls, self.too_many_names(), self.intruded()].into_iter().flatten());
        all
    }

    fn standing(&self) -> Standing {
        self.peer.liveness.standing()
    }

    fn finding(&self, fault: Fault, file: &str, lines: impl Into<String>) -> Finding {
        let text = faults::in_english(&fault, &self.peer.settings.name);
        Finding { fault, text, file: file.into(), lines: lines.into() }
    }

    fn namesake(&self) -> Option<Finding> {
        let is_one = self.peer.namesake == Namesake::Yes;
        is_one.then(|| self.finding(Fault::Namesake { eid: self.own }, ASTERISK, ENTITY_ID))
    }

    /// The peer's requests are not let in: its password is missing or wrong.
    fn kept_out(&self) -> Option<Finding> {
        let auth = self.peer.settings.auth.as_ref()?;
        let user = auth.login.username.clone();
        let fault = match self.peer.admission.trouble(self.now)? {
            KeptOut::Wrong => Fault::WrongPassword { user },
            KeptOut::Unanswered => {
                Fault::NoPassword { user, realm: auth.realm.as_deref().unwrap_or(Auth::REALM).into() }
            }
        };
        Some(self.finding(fault, PJSIP, self.setup().lines()))
    }

    /// Something at the peer's address publishes, but not as this peer.
    fn other_resource(&self) -> Option<Finding> {
        let other = self.peer.other_resource.as_ref().filter(|_| self.standing() == Standing::Never)?;
        let fault = Fault::OtherResource { theirs: other.clone(), ours: self.peer.settings.resource.clone() };
        Some(self.finding(fault, PJSIP, self.setup().lines()))
    }

    /// The peer calls by TLS, and one end does not take the other's certificate.
    fn no_tls(&self) -> Option<Finding> {
        let (at, why) = self.peer.no_tls.as_ref()?;
        let lines = "; in the section type=transport, protocol=tls:\nca_list_file =   ; who signed `certificate` of \
                     [sip.tls] in lampfield.toml\ncert_file =   ; its own, signed by one of `roots` of [sip.tls]\n\
                     priv_key_file =";
        self.is_recent(*at).then(|| self.finding(Fault::NoTls { why: why.clone() }, PJSIP, lines))
    }

    fn is_recent(&self, at: Instant) -> bool {
        self.now.saturating_duration_since(at) < REMEMBERED
    }

    fn no_way(&self) -> Option<Finding> {
        Some(self.finding(Fault::NoWay { why: self.reach.trouble()? }, "", ""))
    }

    /// The peer is silent: it was heard before, perhaps in an earlier run, or nothing came from it yet and nothing tells
    /// why. A peer that was heard has all the lines that it needs.
    fn silent(&self) -> Option<Finding> {
        match (self.standing(), self.heard) {
            (Standing::Live, _) | (Standing::Silent, None) => None,
            (Standing::Silent | Standing::Never, Some(since)) => Some(self.finding(Fault::Silent { since }, "", "")),
            (Standing::Never, None) => {
                let is_said = !self.peer.tally.given().is_empty();
                (!is_said).then(|| self.finding(Fault::NeverHeard, PJSIP, self.setup().lines()))
            }
        }
    }

    /// The peer is heard, but does not tell everything when it is asked: states that did not change since the start stay
    /// unknown.
    fn untold(&self) -> Option<Finding> {
        let is_so = self.round.is_some_and(|round| round.is_unanswered(self.now));
        let is_heard = self.standing() == Standing::Live;
        (is_so && is_heard).then(|| self.finding(Fault::Untold { user: self.us().into() }, PJSIP, self.setup().lines()))
    }

    /// The peer uses more names than it may.
    fn too_many_names(&self) -> Option<Finding> {
        let vocabulary = &self.peer.vocabulary;
        vocabulary.passed_over_at().filter(|at| self.is_recent(*at))?;
        let most = vocabulary.most();
        let lines = format!("# in [sip], if all of them are wanted:\nmax_names = {}", most.saturating_mul(2));
        Some(self.finding(Fault::TooManyNames { most }, OURS, lines))
    }

    /// The peer spoke under an entity id that is not its own.
    fn intruded(&self) -> Option<Finding> {
        let (at, refused) = self.peer.intruded?;
        let found = match refused {
            Refused::Spoof(eid) => {
                let (name, pins) = (&self.peer.settings.name, &self.peer.settings.eids);
                let all: Vec<String> = pins.iter().chain([&eid]).map(|eid| format!("\"{eid}\"")).collect();
                let lines = format!("# in [[peer]] name = \"{name}\", if that is right:\neids = [{}]", all.join(", "));
                self.finding(Fault::Spoof { eid }, OURS, lines)
            }
            Refused::Own(eid) => self.finding(Fault::OwnId { eid }, ASTERISK, ENTITY_ID),
            Refused::Clash(eid) => self.finding(Fault::Clash { eid }, ASTERISK, ENTITY_ID),
            Refused::TooMany(_) => self.finding(Fault::TooManyNames { most: MAX_EIDS }, "", ""),
        };
        self.is_recent(at).then_some(found)
    }

    /// The peer refuses our PUBLISH, or does not answer.
    fn refused(&self, event: MeshEvent, outbound: &Outbound) -> Option<Finding> {
        let name = event.as_str().to_owned();
        let fault = match outbound.status() {
            Status::Absent | Status::Held => disliked(event, outbound)?,
            // The finding about the way to the peer says more.
            Status::Failing { status: None } if self.reach.trouble().is_some() => return None,
            Status::Failing { status: None } => Fault::NoAnswer { event: name },
            Status::Failing { status: Some(code) } => {
                disliked(event, outbound).unwrap_or(Fault::Answers { event: name, code })
            }
            Status::Misconfigured { status } => {
                let (file, lines) = self.cure(outbound, status);
                return Some(self.finding(self.refusal(name, outbound, status), file, lines));
            }
        };
        Some(self.finding(fault, "", ""))
    }

    /// What a refusal means (`docs/protocol.md` §3.3). Asterisk also challenges senders that it does not know, and then
    /// lets no credentials in.
    fn refusal(&self, event: String, outbound: &Outbound, code: u16) -> Fault {
        let denied = outbound.denied().filter(|_| matches!(code, 401 | 407));
        match denied {
            None if !matches!(code, 401 | 407) => Fault::Refuses { event, code, user: self.us().into() },
            None | Some(Denied::NoLogin) => Fault::AsksPassword { event, code },
            Some(Denied::Unanswerable(Unanswerable::Realm { theirs, ours })) => {
                Fault::OtherRealm { event, code, theirs: theirs.clone(), ours: ours.clone() }
            }
            Some(Denied::Unanswerable(other)) => Fault::CannotLogIn { event, code, why: other.to_string() },
            Some(Denied::Rejected) => {
                let auth = self.peer.settings.outbound_auth.as_ref();
                let user = auth.map_or_else(String::new, |auth| auth.login.username.clone());
                Fault::NotOurPassword { event, code, user }
            }
        }
    }

    /// The file and the lines that mend a refusal.
    fn cure(&self, outbound: &Outbound, status: u16) -> (&'static str, String) {
        match (status, outbound.denied()) {
            (401 | 407, None | Some(Denied::NoLogin)) | (403 | 404, _) => (PJSIP, self.setup().lines()),
            (489, _) => (MODULES, "load = res_pjsip_publish_asterisk.so".into()),
            _ => ("", String::new()),
        }
    }

    /// All lines that connect the peer with us.
    pub fn setup(&self) -> Setup<'_> {
        let settings = &self.peer.settings;
        Setup {
            name: &settings.name,
            us: self.us(),
            resource: &settings.resource,
            address: self.address(),
            transport: settings.publish_to.target.transport,
            theirs: settings.auth.as_ref().map(|auth| &*auth.login.username),
            ours: settings.outbound_auth.as_ref().map(|auth| &*auth.login.username),
        }
    }

    /// The peer's name for us.
    fn us(&self) -> &str {
        &self.peer.settings.publish_to.user
    }

    /// The address at which the peer reaches us.
    fn address(&self) -> SocketAddr {
        let transport = self.peer.settings.publish_to.target.transport;
        let hop = self.reach.hop().map(|hop| hop.address().ip());
        hop.map_or_else(|| self.sent_by.first(), |ip| self.sent_by.facing(transport, ip))
    }
}

/// A state of ours that the peer refuses while it takes others.
fn disliked(event: MeshEvent, outbound: &Outbound) -> Option<Fault> {
    let (say, code) = outbound.disliked().next()?;
    let more = outbound.disliked().count() - 1;
    Some(Fault::Dislikes { event: event.as_str().into(), what: say.to_string(), more, code })
}
