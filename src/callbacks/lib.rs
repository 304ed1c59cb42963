//! Verdicts delivered to whoever asked for them, again and again until they arrive.
