//! The real program `lampfield`, started as an admin starts it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lampfield_shared::{Freshness, Lamp, LampDetails, MeshReport};
use serde_json::Value;
use tempfile::TempDir;

use crate::{Config, Lab, SOON, Watcher, ensure, visitor, wait};

/// A running lampfield with its own folder; killed when dropped. The log of a failed test is printed.
#[derive(Debug)]
pub struct Server {
    folder: TempDir,
    config: Option<Config>,
    arguments: Vec<String>,
    child: Child,
    port: u16,
}

/// Library that gives a process a wall clock of its own (Debian's package `libfaketime`).
const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
/// File with the offset of that clock from the machine's.
const CLOCK: &str = "clock";

/// Time limit of a start: the board is there before the peers are.
const START: Duration = Duration::from_secs(10);

impl Server {
    /// Starts lampfield as the third peer of the lab.
    pub fn beside(lab: &Lab) -> Self {
        Self::start(lab.config())
    }

    /// Starts lampfield with a configuration and waits until it serves.
    pub fn start(config: Config) -> Self {
        let arguments = ["run", "--config", "lampfield.toml", "--port-file", "port"];
        Self::launch(Some(config), arguments.map(String::from).to_vec())
    }

    /// Starts lampfield with a configuration file that lies elsewhere.
    pub fn with_file(config: &Path) -> Self {
        let config = config.to_str().expect("the file has an ordinary name");
        let arguments = ["run", "--config", config, "--port-file", "port"];
        Self::launch(None, arguments.map(String::from).to_vec())
    }

    /// Starts the demo with a seed.
    pub fn demo(seed: u64) -> Self {
        let seed = seed.to_string();
        let arguments = ["demo", "--seed", &seed, "--listen", "127.0.0.1:0", "--port-file", "port"];
        Self::launch(None, arguments.map(String::from).to_vec())
    }

    /// Starts lampfield with a configuration that it refuses; gives the error.
    ///
    /// # Panics
    /// When it runs nevertheless.
    pub fn refused(config: &Config) -> String {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let mut child = spawn(folder.path(), Some(config), &["run".into()]);
        wait("lampfield gives up", START, || {
            let ended = child.try_wait().expect("its state can be asked");
            ensure(ended.is_some_and(|status| !status.success()), || format!("{ended:?}"))
        });
        fs::read_to_string(folder.path().join("log")).expect("it says why")
    }

    /// Starts a demo with this number of people at each of its two PBXes.
    pub fn demo_of(people: u32) -> Self {
        let people = people.to_string();
        let arguments = ["demo", "--people", &people, "--listen", "127.0.0.1:0", "--port-file", "port"];
        Self::launch(None, arguments.map(String::from).to_vec())
    }

    fn launch(config: Option<Config>, arguments: Vec<String>) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        if let Some(file) = config.as_ref().and_then(Config::dialplan_file) {
            fs::copy(file, folder.path().join("extensions.conf")).expect("the dialplan is there");
        }
        let child = spawn(folder.path(), config.as_ref(), &arguments);
        let mut server = Self { folder, config, arguments, child, port: 0 };
        server.await_start();
        server
    }

    /// Kills it, as a crash does, and starts it again on the same port.
    pub fn restart(&mut self) {
        self.stop();
        self.start_again();
    }

    /// Kills it, as a crash does.
    pub fn stop(&mut self) {
        self.child.kill().expect("it can be ended");
        self.child.wait().expect("it ends");
    }

    /// Stops it as `systemctl stop` does; gives the time that this took.
    pub fn stop_politely(&mut self) -> Duration {
        let since = Instant::now();
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.expect("kill starts").success());
        assert!(self.child.wait().expect("it ends").success(), "it ended in order");
        since.elapsed()
    }

    /// Waits until all that it was told so far would survive a crash: it writes every five seconds.
    pub fn wait_until_kept(&self) {
        std::thread::sleep(Duration::from_secs(6));
        self.get("healthz").expect("it serves");
    }

    /// Stops its process: it keeps its connections and is silent.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Continues its process.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Sets its wall clock ahead of the machine's by this number of seconds, or behind; see [`Config::own_clock`].
    pub fn set_clock(&self, seconds: i64) {
        // The file is replaced in one step: half a file would hold no time at all.
        let (new, clock) = (self.file("clock.new"), self.file(CLOCK));
        fs::write(&new, format!("{seconds:+}")).expect("there is room for a file");
        fs::rename(new, clock).expect("it takes the place of the former");
    }

    fn signal(&self, signal: &str) {
        let told = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(told.is_ok_and(|status| status.success()), "lampfield can be signalled");
    }

    /// Starts it after [`stop`](Self::stop), on the same port.
    pub fn start_again(&mut self) {
        let config = self.config.take().map(|config| config.web_port(self.port));
        fs::remove_file(self.folder.path().join("port")).expect("the port was written");
        self.child = spawn(self.folder.path(), config.as_ref(), &self.arguments);
        self.config = config;
        self.await_start();
    }

    /// Starts it again with another configuration.
    pub fn start_again_with(&mut self, config: Config) {
        self.config = Some(config);
        self.start_again();
    }

    /// Waits until it serves again, perhaps at another port, after it has restarted by itself.
    pub fn await_restart(&mut self) {
        self.await_start();
    }

    fn await_start(&mut self) {
        wait("lampfield serves", START, || {
            if let Some(status) = self.child.try_wait().expect("its state can be asked") {
                panic!("lampfield ended at once ({status}):\n{}", self.log());
            }
            let port = fs::read_to_string(self.folder.path().join("port")).map_err(|error| error.to_string())?;
            self.port = port.trim().parse().map_err(|_| format!("`{port}` is no port"))?;
            self.get("healthz").map(drop)
        });
    }

    /// The address of the page, with `/` at its end.
    pub fn url(&self) -> String {
        let scheme = if self.certificate().is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}/", self.port)
    }

    fn certificate(&self) -> Option<&str> {
        self.config.as_ref().and_then(Config::certificate)
    }

    /// Port of the page.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Path of a file in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command of lampfield in its folder, to its end; gives the output.
    ///
    /// # Errors
    /// When the command fails; with the output.
    pub fn command(&self, arguments: &[&str]) -> Result<String, String> {
        command(self.folder.path(), arguments)
    }

    /// The one-time password of the first account, from the log of the first start.
    ///
    /// # Panics
    /// When there is none.
    pub fn one_time_password(&self) -> String {
        let log = self.log();
        let line = log.lines().find_map(|line| line.trim().strip_prefix("password  "));
        line.expect("the first start tells a password").trim().into()
    }

    /// Process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Log so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Answer of a path, as JSON.
    ///
    /// # Errors
    /// What is wrong with the answer.
    pub fn get(&self, path: &str) -> Result<Value, String> {
        let url = format!("{}{path}", self.url());
        let agent = visitor::agent(self.certificate());
        let mut answer = agent.get(&url).call().map_err(|error| format!("{url}: {error}"))?;
        let text = answer.body_mut().read_to_string().map_err(|error| format!("{url}: {error}"))?;
        ensure(answer.status().is_success(), || format!("{url}: {}: {text}", answer.status()))?;
        serde_json::from_str(&text).map_err(|error| format!("{url}: {error}: {text}"))
    }

    /// Puts JSON to a path; gives the status and the answer.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn put(&self, path: &str, body: &Value) -> Result<(u16, Value), String> {
        let url = format!("{}{path}", self.url());
        // A refusal is an answer, too.
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let sent = agent.put(&url).header("Content-Type", "application/json").send(body.to_string());
        let mut answer = sent.map_err(|error| format!("{url}: {error}"))?;
        let text = answer.body_mut().read_to_string().map_err(|error| format!("{url}: {error}"))?;
        let json = serde_json::from_str(&text).map_err(|error| format!("{url}: {error}: {text}"))?;
        Ok((answer.status().as_u16(), json))
    }

    /// Answer of a path, as bytes.
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        let url = format!("{}{path}", self.url());
        let mut answer =
            visitor::agent(self.certificate()).get(&url).call().unwrap_or_else(|error| panic!("{url}: {error}"));
        answer.body_mut().read_to_vec().expect("it comes to its end")
    }

    /// Lamps.
    ///
    /// # Errors
    /// What is wrong with the answer.
    pub fn lamps(&self) -> Result<Vec<Lamp>, String> {
        let mut board = self.get("api/v1/lamps")?;
        serde_json::from_value(board["lamps"].take()).map_err(|error| error.to_string())
    }

    /// A lamp with its votes.
    ///
    /// # Errors
    /// What is wrong with the answer, or that there is no such lamp.
    pub fn lamp(&self, exten: &str) -> Result<LampDetails, String> {
        let lamp = self.get(&format!("api/v1/lamps/{exten}"))?;
        serde_json::from_value(lamp).map_err(|error| error.to_string())
    }

    /// A peer's counter by its name in JSON; 0 where nothing was counted.
    ///
    /// # Panics
    /// When there is no such peer.
    pub fn counter(&self, peer: &str, name: &str) -> u64 {
        let report = self.report();
        let peer = report.peers.iter().find(|it| it.site.name.as_str() == peer).expect("the peer is configured");
        peer.counters.get(name).copied().unwrap_or(0)
    }

    /// A counter of connections by its name in JSON.
    pub fn connections(&self, name: &str) -> u64 {
        self.report().transport.get(name).copied().unwrap_or(0)
    }

    /// What keeps a peer and us from hearing each other, in the server's words.
    ///
    /// # Panics
    /// When there is no such peer.
    pub fn trouble(&self, peer: &str) -> Option<String> {
        let report = self.report();
        let peer = report.peers.into_iter().find(|it| it.site.name.as_str() == peer).expect("the peer is configured");
        peer.trouble
    }

    /// A counter of strangers by its name in JSON.
    pub fn strangers(&self, name: &str) -> u64 {
        self.report().strangers.get(name).copied().unwrap_or(0)
    }

    /// Our own entity id, which the server tells to admins.
    ///
    /// # Panics
    /// When the board is not open to everybody as an admin.
    pub fn eid(&self) -> String {
        self.report().eid.expect("admins are told").to_string()
    }

    /// The mesh in numbers.
    pub fn report(&self) -> MeshReport {
        let report = self.get("api/v1/peers").expect("the peers are told");
        serde_json::from_value(report).expect("a report as agreed")
    }

    /// Follows the stream of changes.
    pub fn watch(&self) -> Watcher {
        Watcher::connect(&self.url(), None)
    }

    /// Waits until a lamp is as wanted; gives the lamp.
    #[track_caller]
    pub fn wait_for_lamp(
        &self,
        exten: &str,
        what: &str,
        within: Duration,
        wanted: impl Fn(&LampDetails) -> bool,
    ) -> LampDetails {
        wait(&format!("the lamp {exten} is {what}"), within, || {
            let lamp = self.lamp(exten)?;
            ensure(wanted(&lamp), || format!("it is {lamp:?}")).map(|()| lamp)
        })
    }

    /// Waits until the lamps of these extensions have this freshness.
    #[track_caller]
    pub fn wait_for_freshness(&self, extens: &[&str], freshness: Freshness, within: Duration) {
        for exten in extens {
            let what = format!("{freshness:?}");
            self.wait_for_lamp(exten, &what, within, |it| it.lamp.freshness == freshness);
        }
    }

    /// Checks the promise of lampfield: the lamp agrees with the extension's own Asterisk, and is live.
    #[track_caller]
    pub fn assert_agrees(&self, lab: &Lab, exten: &str) {
        wait(&format!("the lamp {exten} agrees with Asterisk"), SOON, || {
            let (said, lamp) = (lab.extension_state(exten), self.lamp(exten)?.lamp);
            let agrees = lamp.hint_state.as_str() == said && lamp.freshness == Freshness::Live;
            ensure(agrees, || format!("Asterisk says {said}, the lamp is {lamp:?}"))
        });
    }

    /// Checks the promise for every phone of the lab.
    #[track_caller]
    pub fn assert_all_agree(&self, lab: &Lab) {
        for exten in crate::Pbx::ALL.map(crate::Pbx::extens).concat() {
            self.assert_agrees(lab, exten);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("lampfield's log ends:\n{}", lines[lines.len().saturating_sub(60)..].join("\n"));
        }
    }
}

fn spawn(folder: &Path, config: Option<&Config>, arguments: &[String]) -> Child {
    if let Some(config) = config {
        fs::write(folder.join("lampfield.toml"), config.toml()).expect("there is room for a file");
    }
    let log = File::options().create(true).append(true).open(folder.join("log")).expect("there is room for a log");
    let limit = config.and_then(Config::limit_of_files);
    let mut command = limit.map_or_else(
        || Command::new(binary()),
        |limit| {
            let mut command = Command::new("prlimit");
            command.arg(format!("--nofile={limit}:{limit}")).arg(binary());
            command
        },
    );
    if config.is_some_and(Config::has_own_clock) {
        let clock = folder.join(CLOCK);
        fs::write(&clock, "+0").expect("there is room for a file");
        command.env("LD_PRELOAD", FAKETIME).env("FAKETIME_TIMESTAMP_FILE", clock);
        command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a log can be written twice"))
        .stderr(log)
        .spawn()
        .expect("lampfield starts")
}

/// Runs a command of lampfield in a folder, to its end; gives the output.
///
/// # Errors
/// When the command fails; with the output.
pub fn command(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(binary()).args(arguments).current_dir(folder).output().expect("lampfield starts");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    if output.status.success() { Ok(said) } else { Err(said) }
}

/// Path of the program under test: from `LAMPFIELD_BIN`, or the one built beside this test.
fn binary() -> PathBuf {
    if let Some(told) = std::env::var_os("LAMPFIELD_BIN") {
        return told.into();
    }
    let own = std::env::current_exe().expect("this test lies somewhere");
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join("lampfield")).find(|file| file.is_file());
    beside.expect("lampfield is not built: run `cargo xtask build` first, or `cargo xtask test`")
}
