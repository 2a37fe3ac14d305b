//! Time limit of a request's body.
//!
//! hyper has a timeout for heads and none for bodies: without one, a sender of a head and no body, or of a byte now and
//! then, holds a connection for ever.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

/// How long any body may take, …
const GRACE: Duration = Duration::from_secs(10);
/// … and how many bytes must come for each second more.
const BYTES_A_SECOND: u32 = 16 * 1024;

/// Makes a body fail when it comes too slowly.
pub(super) fn paced(body: Body) -> Body {
    if body.is_end_stream() { body } else { Body::new(Paced { body, received: 0, clock: None }) }
}

/// Whether a body could not be read because it came too slowly.
pub(super) fn is_too_slow(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source()).any(<dyn Error>::is::<TooSlow>)
}

struct Paced {
    body: Body,
    received: u64,
    /// When reading began, and when the body must have come.
    clock: Option<(Instant, Pin<Box<Sleep>>)>,
}

#[derive(Debug)]
struct TooSlow;

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body comes too slowly")
    }
}

impl Error for TooSlow {}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let (since, due) = this.clock.get_or_insert_with(|| {
            let now = Instant::now();
            (now, Box::pin(sleep_until(now + GRACE)))
        });
        let frame = Pin::new(&mut this.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            this.received += data.len() as u64;
            let earned = Duration::from_millis(this.received * 1000 / u64::from(BYTES_A_SECOND));
            due.as_mut().reset(*since + GRACE + earned);
        }
        // Looked at also where bytes have come: one now and then is not enough.
        match due.as_mut().poll(context) {
            Poll::Ready(()) if !matches!(frame, Poll::Ready(None)) => Poll::Ready(Some(Err(axum::Error::new(TooSlow)))),
            _ => frame,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;
    use tokio::time::{sleep, timeout};

    use super::*;

    /// A body of this number of pieces, each of these bytes, with a pause before each.
    fn body(pieces: usize, bytes: usize, pause: Duration) -> Body {
        let pieces = stream::unfold(0, move |piece| async move {
            sleep(pause).await;
            (piece < pieces).then(|| (Ok::<_, Infallible>(vec![b'x'; bytes]), piece + 1))
        });
        paced(Body::from_stream(pieces))
    }

    /// Bytes that came, and after how many seconds the body failed.
    async fn read(body: Body) -> Result<usize, u64> {
        let start = Instant::now();
        let read = timeout(Duration::from_hours(1), axum::body::to_bytes(body, usize::MAX)).await.expect("it ends");
        read.map(|bytes| bytes.len()).map_err(|error| {
            assert!(is_too_slow(&error), "{error:?}");
            start.elapsed().as_secs()
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_given_up() {
        let second = Duration::from_secs(1);
        assert_eq!(read(body(1, 1, Duration::MAX / 4)).await, Err(10), "none at all");
        assert_eq!(read(body(1_000, 1, second * 5 / 2)).await, Err(10), "a byte now and then");
        assert_eq!(read(body(100, 8 * 1024, second)).await, Err(19), "half as fast as it must be");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_sends_at_a_modems_pace_is_heard_out() {
        let second = Duration::from_secs(1);
        assert_eq!(read(body(9, 1, second)).await, Ok(9));
        assert_eq!(read(body(64, 16 * 1024, second)).await, Ok(1 << 20));
        assert_eq!(read(paced(Body::from("at once"))).await, Ok(7));
    }
}
