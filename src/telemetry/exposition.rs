//! The two text formats in which metrics are read.

/// How whoever scrapes wants to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Prometheus text, 0.0.4.
    Text,
    /// `OpenMetrics` 1.0.
    OpenMetrics,
}

impl Format {
    /// What an `Accept` header asks for; text where it names nothing that is spoken here.
    pub fn accepted(accept: &str) -> Self {
        let offers = accept.split(',').filter_map(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let format = match parts.next()? {
                "application/openmetrics-text" => Self::OpenMetrics,
                "text/plain" | "text/*" | "*/*" => Self::Text,
                _ => return None,
            };
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            Some((thousandths(quality.unwrap_or("1"))?, format))
        });
        // Of equals the first, as the sender wrote them.
        let best = offers.reduce(|best, offer| if offer.0 > best.0 { offer } else { best });
        best.filter(|(quality, _)| *quality > 0)
            .map_or(Self::Text, |(_, format)| format)
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// A quality of RFC 9110 in thousandths: `0.5` is 500.
fn thousandths(quality: &str) -> Option<u32> {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let padded = format!("{fraction:0<3}");
    let fraction: u32 = padded.get(..3)?.parse().ok()?;
    Some((whole * 1000 + fraction).min(1000))
}

/// `OpenMetrics` as Prometheus' older text: there a family bears the name of its samples, and the types are fewer.
pub(crate) fn plain(openmetrics: &str) -> String {
    let mut out = String::with_capacity(openmetrics.len() + 1024);
    let mut help = None;
    let mut put = |parts: &[&str]| {
        out.extend(parts.iter().copied());
        out.push('\n');
    };
    for line in openmetrics.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ').map(|(_, text)| text);
        } else if let Some((name, kind)) = line
            .strip_prefix("# TYPE ")
            .and_then(|rest| rest.split_once(' '))
        {
            let (suffix, kind) = match kind {
                "counter" => ("_total", "counter"),
                "info" => ("_info", "gauge"),
                other => ("", other),
            };
            if let Some(help) = help.take() {
                put(&["# HELP ", name, suffix, " ", help]);
            }
            put(&["# TYPE ", name, suffix, " ", kind]);
        } else if !line.starts_with('#') {
            put(&[line]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_chooses_the_format() {
        for (accept, want) in [
            ("", Format::Text),
            ("*/*", Format::Text),
            ("text/html", Format::Text),
            ("application/openmetrics-text", Format::OpenMetrics),
            ("application/openmetrics-text;q=0", Format::Text),
            (
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                Format::OpenMetrics,
            ),
            (
                "application/openmetrics-text;q=0.2, text/plain;q=0.25",
                Format::Text,
            ),
            ("text/plain, application/openmetrics-text", Format::Text),
            (
                "application/openmetrics-text;q=wrong, text/plain;q=0.1",
                Format::Text,
            ),
        ] {
            assert_eq!(Format::accepted(accept), want, "{accept}");
        }
    }

    #[test]
    fn families_take_the_name_of_their_samples() {
        let openmetrics = "# HELP a Things.\n# TYPE a counter\na_total{x=\"# HELP\"} 1\n# HELP b B.\n# TYPE b info\n\
                           b_info 1\n# HELP c C.\n# TYPE c gauge\n# UNIT c bytes\nc 2\n# EOF\n";
        assert_eq!(
            plain(openmetrics),
            "# HELP a_total Things.\n# TYPE a_total counter\na_total{x=\"# HELP\"} 1\n# HELP b_info B.\n\
             # TYPE b_info gauge\nb_info 1\n# HELP c C.\n# TYPE c gauge\nc 2\n"
        );
    }
}
