//! A run that stands still within its process.

use super::*;

/// Stands still when a run tells for the nth time how far it is.
pub(super) struct Freeze {
    left: AtomicUsize,
    pub(super) stands: Mutex<Option<UnboundedSender<()>>>,
    thaw: (Mutex<std::sync::mpsc::Sender<()>>, Mutex<std::sync::mpsc::Receiver<()>>),
}

impl Freeze {
    /// The receiver hears of it when it stands; or hears nothing, when it is dropped before.
    pub(super) fn at(point: usize) -> (Arc<Self>, UnboundedReceiver<()>) {
        let (stands, hears) = tokio::sync::mpsc::unbounded_channel();
        let (sender, receiver) = std::sync::mpsc::channel();
        let freeze = Self {
            left: AtomicUsize::new(point),
            stands: Mutex::new(Some(stands)),
            thaw: (Mutex::new(sender), Mutex::new(receiver)),
        };
        (Arc::new(freeze), hears)
    }

    pub(super) fn thaw(&self) {
        self.thaw.0.lock().expect("nobody panicked").send(()).expect("it waits");
    }

    fn is_at_a_point(&self) {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            let stands = self.stands.lock().expect("nobody panicked").take();
            stands.expect("once").send(()).expect("somebody hears");
            tokio::task::block_in_place(|| {
                self.thaw.1.lock().expect("nobody panicked").recv().expect("it is thawed");
            });
        }
    }
}

impl Progress for Freeze {
    fn read(&self, _: i64) {
        self.is_at_a_point();
    }

    fn applied(&self, _: u64) {
        self.is_at_a_point();
    }
}
