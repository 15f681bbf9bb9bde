//! Whatever somebody writes as a licence: reading it never panics, and every answer is a strict
//! SPDX expression that is read as itself.
#![no_main]

use fedcat::licence::{Context, normalise};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let statement = String::from_utf8_lossy(bytes);
    for &context in Context::ALL {
        if let Some(expression) = normalise(&statement, context).expression() {
            let again = normalise(expression, Context::Spdx);
            assert_eq!(again.expression(), Some(expression), "{statement:?} as {context}");
        }
    }
});
