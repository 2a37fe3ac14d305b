//! Phones: sipp with the scenarios of `sipp/`.
//!
//! A scenario pauses between its steps for [`STEP`]: long enough for a test to ask Asterisk what each step did.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::{Pbx, folder};

/// Length of a scenario's `<pause/>`.
pub const STEP: Duration = Duration::from_secs(2);

/// A phone with an address of its own; registers when it is made.
#[derive(Debug)]
pub struct Phone {
    exten: String,
    address: String,
    doing: Option<(String, Child)>,
}

impl Phone {
    /// Registers the phone of an extension at its PBX, from an address such as `127.0.0.11`.
    pub fn register(exten: &str, address: &str) -> Self {
        let phone = Self { exten: exten.into(), address: address.into(), doing: None };
        phone.run_registration("300");
        phone
    }

    /// Ends the registration.
    pub fn unregister(&self) {
        self.run_registration("0");
    }

    fn run_registration(&self, expires: &str) {
        let mut sipp = self.sipp("register", &["-key", "expires", expires]);
        let answer = sipp.output().expect("sipp starts");
        let said = String::from_utf8_lossy(&answer.stderr);
        assert!(answer.status.success(), "{} could not register: {said}", self.exten);
    }

    /// Waits for a call: rings for a step, answers, talks until the other end hangs up.
    pub fn answer_a_call(&mut self) {
        self.start("answer", &[]);
    }

    /// Calls a number: talks for a step, holds for a step, talks for a step, hangs up.
    pub fn call(&mut self, number: &str) {
        self.start("call", &["-key", "number", number]);
    }

    /// Calls a number that is busy: the PBX refuses at once.
    #[track_caller]
    pub fn call_in_vain(&mut self, number: &str) {
        self.start("busy", &["-key", "number", number]);
        self.finish();
    }

    fn start(&mut self, scenario: &str, arguments: &[&str]) {
        let child = self.sipp(scenario, arguments).spawn().expect("sipp starts");
        self.doing = Some((scenario.into(), child));
    }

    /// Waits until the running scenario is done, and checks that all went as it says.
    #[track_caller]
    pub fn finish(&mut self) {
        let (scenario, child) = self.doing.take().expect("the phone was told to do something");
        let answer = child.wait_with_output().expect("sipp ends");
        let said = String::from_utf8_lossy(&answer.stderr);
        assert!(answer.status.success(), "sipp/{scenario}.xml of {} went wrong: {said}", self.exten);
    }

    fn sipp(&self, scenario: &str, arguments: &[&str]) -> Command {
        let mut sipp = Command::new("sipp");
        sipp.arg(Pbx::of(&self.exten).address())
            .arg("-sf")
            .arg(folder().join("sipp").join(scenario).with_extension("xml"))
            .args(["-i", &self.address, "-p", "5060", "-s", &self.exten])
            .args(["-au", &self.exten, "-ap", "lab", "-m", "1", "-nostdin", "-nd"])
            .args(["-d", &STEP.as_millis().to_string(), "-timeout", "40", "-timeout_error"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        sipp
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        if let Some((_, mut child)) = self.doing.take() {
            // The process may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
