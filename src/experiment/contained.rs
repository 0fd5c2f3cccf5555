//! Keeps a panic within the run that raised it, so that one defect does not end a sweep of many runs.
//!
//! It is no substitute for errors: a contained panic is told as a defect, with its place in the source.

use std::cell::Cell;
use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::panic::PanicHookInfo;
use std::panic::catch_unwind;
use std::sync::Once;

static HOOK: Once = Once::new();

thread_local! {
    /// Whether this thread is inside [`contained`].
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    /// What the last panic inside said.
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Does some work; a panic in it comes back as its message and place, and nothing is printed.
///
/// # Errors
/// What the panic said.
pub fn contained<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if INSIDE.get() {
                SAID.set(Some(message(panic)));
            } else {
                usual(panic);
            }
        }));
    });
    let outer = INSIDE.replace(true);
    // What the work had in its hands is dropped with it: nobody sees a half-made state.
    let done = catch_unwind(AssertUnwindSafe(work));
    INSIDE.set(outer);
    done.map_err(|_| {
        SAID.take()
            .unwrap_or_else(|| "a panic without a message".to_owned())
    })
}

/// The message of a panic on one line, with its place.
fn message(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let said = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    match panic.location() {
        Some(place) => format!("{said} ({}:{})", place.file(), place.line()),
        None => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_comes_back_with_its_message_and_place() {
        assert_eq!(contained(|| 7), Ok(7));
        let empty: &[u8] = &[];
        let said = contained(|| empty[std::hint::black_box(3)]).unwrap_err();
        assert!(said.contains("index is 3"), "{said}");
        assert!(said.contains("contained.rs:"), "{said}");
        assert_eq!(contained(|| 8), Ok(8));
    }
}
