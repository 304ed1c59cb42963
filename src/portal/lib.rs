//! A stand-in for the GST portal and the e-invoice registration portals (IRP): a real HTTP/1.1 server over the
//! records of a book or of any other [`PortalData`]; and the same by a call, for the process that it is in ([`Inside`]).
//!
//! | question | route |
//! |---|---|
//! | taxpayer search | `GET /commonapi/v1.1/search?action=TP&gstin=…` |
//! | return tracking | `GET /commonapi/v1.0/returns?action=RETTRACK&gstin=…[&fy=2026-27]` |
//! | GSTR-2B | `GET /taxpayerapi/v1.0/returns/gstr2b?action=GET2B&gstin=…&rtnprd=mmyyyy[&file_num=n]` |
//! | status of an IRN | `GET /eicore/v1.03/Invoice/irn/{irn}` |
//! | signing keys | `GET /.well-known/irp/jwks.json` |
//! | health | `GET /healthz` |
//!
//! Answers have the portals' own shapes. "No" comes as it does there, with HTTP 200 and an error body: `FO8000`
//! (taxpayer), `RET13510` (return tracking), `RET2B1023` (statement not generated), NIC's `2154` (IRN not found). A
//! source that was never loaded answers 503 with `NOT_LOADED`, a malformed request 400 with `BAD_REQUEST`. Return
//! tracking is cut by the financial year of the *return period*.
//!
//! To try what reads it, a request can ask for misbehaviour: `x-portal-latency-ms: 250`, and `x-portal-fault` with one
//! of the names of [`Fault`]. [`Faults`] does the same for a whole server, with failures of every n-th request and a
//! rate limit.
//!
//! *Invariant:* nothing is logged, so no identifier is.
//! *Invariant:* an ordinary answer is the stored bytes; no record is parsed or written again for it.

mod book;
mod data;
mod fault;
mod inside;
mod routes;
mod server;
mod tracking;

pub use book::{BookPortal, LoadError};
pub use data::{Lookup, PortalData};
pub use fault::{Fault, Faults, UnknownFault};
pub use inside::Inside;
pub use server::{Portal, Running, StartError};
pub use tracking::Tracking;
