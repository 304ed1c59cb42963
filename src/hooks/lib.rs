//! Messages of accounting systems verified and named by what they are about, and our own signed. Pure: no clock, no IO.
