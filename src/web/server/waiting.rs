//! Connections on which no request is being answered: whose client is silent, has not said all of
//! a request, or has its answer already. When there is no room for others, they go, and the one
//! that has waited longest goes first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::line::Line;

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    next: u64,
    /// In the order in which they began to wait.
    lines: BTreeMap<u64, Arc<Line>>,
    /// Whether the next one that begins to wait must go at once.
    is_full: bool,
}

/// The part of one connection in this: it waits from its beginning until [`Turn::busy`], and again
/// from the end of each answer.
#[derive(Debug)]
pub(super) struct Turn {
    waiting: Arc<Waiting>,
    line: Arc<Line>,
    /// Its number in the queue, while it waits.
    number: Mutex<Option<u64>>,
}

/// A request is being answered as long as this is there.
#[derive(Debug)]
pub(super) struct Busy(Arc<Turn>);

impl Waiting {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the connection that has waited longest; where none waits, the next one that does.
    pub(super) fn make_room(&self) {
        let mut queue = self.queue();
        match queue.lines.pop_first() {
            Some((_, line)) => line.close(),
            None => queue.is_full = true,
        }
    }

    /// Nobody needs to go any longer.
    pub(super) fn has_room(&self) {
        self.queue().is_full = false;
    }
}

impl Turn {
    /// For a new connection, which waits.
    pub(super) fn begin(waiting: &Arc<Waiting>, line: &Arc<Line>) -> Self {
        let turn =
            Self { waiting: Arc::clone(waiting), line: Arc::clone(line), number: Mutex::new(None) };
        turn.wait();
        turn
    }

    /// Takes the connection out, for as long as what is returned is kept.
    pub(super) fn busy(turn: &Arc<Self>) -> Busy {
        turn.leave();
        Busy(Arc::clone(turn))
    }

    /// The connection itself.
    pub(super) fn line(&self) -> &Line {
        &self.line
    }

    /// Whether no request is being answered.
    pub(super) fn is_waiting(&self) -> bool {
        self.number().is_some()
    }

    fn number(&self) -> MutexGuard<'_, Option<u64>> {
        self.number.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self) {
        self.line.is_answered();
        let mut queue = self.waiting.queue();
        if queue.is_full {
            queue.is_full = false;
            self.line.close();
            return;
        }
        let number = queue.next;
        queue.next += 1;
        queue.lines.insert(number, Arc::clone(&self.line));
        *self.number() = Some(number);
    }

    fn leave(&self) {
        let number = self.number().take();
        if let Some(number) = number {
            self.waiting.queue().lines.remove(&number);
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.wait();
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn line(waiting: &Arc<Waiting>) -> (Arc<Line>, Arc<Turn>) {
        let line = Arc::new(Line::default());
        let turn = Arc::new(Turn::begin(waiting, &line));
        (line, turn)
    }

    fn is_closed(line: &Line) -> bool {
        line.closed().now_or_never().is_some()
    }

    #[test]
    fn the_one_that_has_waited_longest_goes_first_and_no_busy_one_goes() {
        let waiting = Arc::new(Waiting::default());
        let (first, turn_of_first) = line(&waiting);
        let (second, turn_of_second) = line(&waiting);
        let (third, _turn_of_third) = line(&waiting);
        let busy = Turn::busy(&turn_of_first);
        waiting.make_room();
        assert!(is_closed(&second) && !is_closed(&first) && !is_closed(&third));
        drop(busy);
        waiting.make_room();
        assert!(is_closed(&third), "the first has begun anew to wait");
        drop(turn_of_second);
        waiting.make_room();
        assert!(is_closed(&first));
    }

    #[test]
    fn where_all_are_busy_the_first_that_is_done_goes() {
        let waiting = Arc::new(Waiting::default());
        let (one, turn) = line(&waiting);
        let busy = Turn::busy(&turn);
        waiting.make_room();
        assert!(!is_closed(&one));
        drop(busy);
        assert!(is_closed(&one));
        let (other, turn) = line(&waiting);
        assert!(!is_closed(&other), "one was enough");
        drop(turn);
        assert!(waiting.queue().lines.is_empty(), "who leaves is forgotten");
    }
}
