//! The signals by which a process is asked to stop.

use tokio::signal;
use tokio_util::sync::CancellationToken;
use tracing::info;

/// Waits until the process is asked to stop, and cancels everything else then.
pub async fn cancel_when_asked(cancel: CancellationToken) {
    let interrupt = signal::ctrl_c();
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
    info!("asked to stop: finishing what runs");
    cancel.cancel();
}
