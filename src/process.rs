//! Which process this is, in words that another process can check: a lease of a process that was
//! killed need not run out before the next one may go on.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// A process on some machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    place: Boot,
    pid: u32,
    /// When it began, in the kernel's own ticks since the machine started: a number of a process
    /// is given out again, this pair is not.
    started: u64,
}

/// Where process numbers mean the same: one start of one machine, one PID namespace (a container
/// has its own).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Boot {
    boot: String,
    namespace: String,
}

/// What the name of a holder begins with where it is a process that can be looked for.
const CHECKABLE: &str = "process";

/// The name of this process as a holder of leases. Where the system does not tell enough about
/// itself, it is a name that nobody can check: such a lease has to run out.
pub fn holder() -> String {
    let pid = std::process::id();
    let this = Boot::here().zip(started(pid));
    match this {
        Some((place, started)) => Process { place, pid, started }.to_string(),
        None => format!("{pid}@{}", Uuid::now_v7()),
    }
}

/// Whether the process that a holder's name means has certainly ended. Of a process on another
/// machine, or in another container, nobody here can say so.
pub fn has_ended(holder: &str) -> bool {
    let Ok(process) = holder.parse::<Process>() else { return false };
    Boot::here().as_ref() == Some(&process.place) && started(process.pid) != Some(process.started)
}

impl Boot {
    fn here() -> Option<Self> {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let namespace = std::fs::read_link("/proc/self/ns/pid").ok()?;
        let namespace = namespace.to_string_lossy().into_owned();
        Some(Self { boot: boot.trim().to_owned(), namespace })
    }
}

/// When a process of this machine began; `None` where there is none with this number.
fn started(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the command in brackets, which may hold anything: proc(5).
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // A process that has ended and that nobody has asked after is still listed.
    if matches!(fields.first(), Some(&"Z" | &"X")) {
        return None;
    }
    fields.get(19)?.parse().ok()
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place: Boot { boot, namespace }, pid, started } = self;
        write!(f, "{CHECKABLE} {pid} {started} {boot} {namespace}")
    }
}

impl FromStr for Process {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let parts: Vec<&str> = name.split(' ').collect();
        let &[CHECKABLE, pid, started, boot, namespace] = parts.as_slice() else { return Err(()) };
        let place = Boot { boot: boot.to_owned(), namespace: namespace.to_owned() };
        let (pid, started) = pid.parse().ok().zip(started.parse().ok()).ok_or(())?;
        Ok(Self { place, pid, started })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn only_a_process_of_this_machine_that_is_gone_has_ended() {
        let own = holder();
        assert!(!has_ended(&own));
        let Ok(this) = own.parse::<Process>() else {
            println!("skipped: this system does not tell where processes are");
            return;
        };
        let mut child =
            Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().expect("sleep");
        let started = started(child.id()).expect("it runs");
        let living = Process { pid: child.id(), started, ..this.clone() };
        let name = living.to_string();
        assert!(!has_ended(&name));
        child.kill().expect("killed");
        // It has ended, although nobody has asked after it yet.
        while !has_ended(&name) {
            std::thread::yield_now();
        }
        child.wait().expect("ended");
        assert!(has_ended(&name));

        let earlier = Process { started: this.started + 1, ..this.clone() };
        assert!(has_ended(&earlier.to_string()), "the number was given out again");
        let elsewhere = Boot { boot: "another".to_owned(), namespace: "pid:[1]".to_owned() };
        let elsewhere = Process { place: elsewhere, ..earlier };
        assert!(!has_ended(&elsewhere.to_string()));
        for name in ["", "test", "process 1", "process x y z w", "12@0190"] {
            assert!(!has_ended(name), "{name}");
        }
    }
}
