//! HSN-DIGITS.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "HSN-DIGITS",
    severity: Severity::Hold,
    required: true,
    title: "",
    law: "Notif. 78/2020-CT",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
