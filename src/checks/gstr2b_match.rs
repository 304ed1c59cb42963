//! GSTR2B-MATCH.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "GSTR2B-MATCH",
    severity: Severity::Hold,
    required: true,
    title: "",
    law: "S.16(2)(aa)",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
