//! UPI address: a name and a handle, with no dot after the `@`.

use crate::address::{is_handle, is_local};

/// The list of handles is not complete, so it is not asked. People set off the `@` with a space.
pub(crate) fn valid(text: &str) -> bool {
    text.trim().split_once('@').is_some_and(|(local, handle)| {
        let local = local.strip_suffix(' ').unwrap_or(local);
        let handle = handle.strip_prefix(' ').unwrap_or(handle);
        local.len() >= 2 && is_local(local) && !local.contains(['%', '+']) && is_handle(handle)
    })
}

#[cfg(test)]
mod tests {
    use super::valid;

    #[test]
    fn addresses() {
        for (text, want) in [
            ("priya.nair@okhdfcbank", true),
            ("9876543210@ybl", true),
            ("priya.nair@upi-payments.in", false),
            ("@ybl", false),
            ("priya@", false),
            ("9876543210 @ybl", true),
            ("priya @ okaxis", true),
            ("priya nair@ybl", false),
            ("priya  @ybl", false),
            (" @ybl", false),
            ("priya@9", false),
        ] {
            assert_eq!(valid(text), want, "{text}");
        }
    }
}
