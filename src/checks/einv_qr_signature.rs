//! EINV-QR-SIGNATURE.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "EINV-QR-SIGNATURE",
    severity: Severity::Reject,
    required: true,
    title: "",
    law: "e-invoice schema",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
