//! DOC-NUMBER-FORMAT.

use domain::Outcome;

use crate::{Context, Severity, Spec, no_mend};

pub(crate) const SPEC: Spec = Spec {
    id: "DOC-NUMBER-FORMAT",
    severity: Severity::Hold,
    required: true,
    title: "",
    law: "Rule 46(b), INV-01",
    remedy: "",
    needs: &[],
    run,
    mend: no_mend,
};

fn run(_: &Context) -> Outcome {
    Outcome::not_applicable("not built yet")
}
