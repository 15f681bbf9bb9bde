//! What a process holds in memory, as the system counts it.

/// What a process holds, in mebibytes.
#[derive(Clone, Copy)]
pub struct Memory {
    /// In memory now.
    pub resident: f64,
    /// The part of that which is not a file's.
    pub anonymous: f64,
    /// The most that has been in memory.
    pub peak: f64,
}

impl Memory {
    /// Of a process by its id, or of "self". `None` where the system does not tell.
    pub fn of(process: &str) -> Option<Self> {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().strip_suffix(" kB")?.parse::<f64>().ok().map(|kib| kib / 1024.0)
        };
        Some(Self { resident: of("VmRSS:")?, anonymous: of("RssAnon:")?, peak: of("VmHWM:")? })
    }

    /// What it holds more than `before`.
    pub fn beyond(self, before: Self) -> Self {
        Self {
            resident: self.resident - before.resident,
            anonymous: self.anonymous - before.anonymous,
            peak: self.peak - before.resident,
        }
    }
}
