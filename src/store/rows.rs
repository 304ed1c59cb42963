//! Many rows in one statement.

/// Rows of one statement: few sizes, so that all of them stay prepared.
const ROWS: [usize; 7] = [64, 32, 16, 8, 4, 2, 1];

/// Rows in groups of the sizes of statements.
pub(crate) fn in_sizes<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = ROWS.into_iter().find(|size| *size <= rows.len())?;
        let (chunk, rest) = rows.split_at_checked(size)?;
        rows = rest;
        Some(chunk)
    })
}
