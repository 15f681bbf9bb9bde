//! Changes to records, and all that follows from them, in one transaction: the rows and keys of
//! the records, which records now describe the same software, the merged entries, and the events.

mod apply;
mod assigned;
mod change;
mod decided;
mod entries;
mod neighbourhood;
mod rematch;
mod renamed;
mod shared;
mod successors;

pub use apply::apply;
pub use assigned::Moved;
pub use change::{Batch, Change, Cut, Raw, Statement};
pub use decided::{Decision, Effect, decide};
pub use entries::refresh_due;
