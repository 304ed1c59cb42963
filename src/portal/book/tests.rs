use super::*;

/// A directory of its own, removed when dropped.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let dir = std::env::temp_dir().join(format!("portal-{}-{name}", std::process::id()));
        fs::create_dir_all(dir.join("portal/gstr2b")).unwrap();
        for (file, content) in files {
            fs::write(dir.join("portal").join(file), content).unwrap();
        }
        Self(dir)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[test]
fn an_error_names_file_line_and_column() {
    let mut wrong = Vec::new();
    for (name, file, content, want) in [
        (
            "a",
            "taxpayers.json",
            "[\n {\"gstin\": \"X\"},\n {\"lgnm\": \"Y\"}\n]",
            "taxpayers.json: line 3 column 14: missing field `gstin`",
        ),
        (
            "b",
            "taxpayers.json",
            "[\n7]",
            "taxpayers.json: line 2 column 1: an object was expected",
        ),
        (
            "c",
            "taxpayers.json",
            "[\n{\"gstin\": ]",
            "taxpayers.json: line 2 column 11: expected value",
        ),
        (
            "d",
            "taxpayers.json",
            "",
            "taxpayers.json: line 1 column 1: EOF while parsing a value",
        ),
        (
            "e",
            "returns.json",
            "{\"X\":\n {\"EFiledlist\": 7}}",
            "returns.json: line 2 column 17: invalid type: integer `7`, expected a sequence",
        ),
        (
            "f",
            "returns.json",
            "{\"X\":{}}",
            "returns.json: line 1 column 6: missing field `EFiledlist`",
        ),
        (
            "g",
            "irn.json",
            "{\n\"a\": 1}",
            "irn.json: line 2 column 6: an object was expected",
        ),
        (
            "h",
            "irp_jwks.json",
            "{\"kid\": 1}",
            "irp_jwks.json: line 1 column 10: missing field `keys`",
        ),
        (
            "i",
            "gstr2b/x.json",
            "{\"data\": {\"gstin\": \"X\", \"rtnprd\": \"132026\"}}",
            "gstr2b/x.json: line 1 column 1: a statement names its gstin and its rtnprd (mmyyyy), bare or under data",
        ),
    ] {
        let dir = Dir::new(name, &[(file, content)]);
        let error = BookPortal::load(&dir.0).unwrap_err().to_string();
        if !error.ends_with(want) {
            wrong.push(format!("{error}, not {want}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn every_file_may_be_absent() {
    let dir = std::env::temp_dir().join("portal-no-such-book");
    let book = BookPortal::load(&dir).unwrap();
    assert_eq!(book.taxpayer("X").await, Lookup::NotLoaded);
    assert_eq!(book.returns("X", None).await, Lookup::NotLoaded);
    assert_eq!(book.irn("X").await, Lookup::NotLoaded);
    assert_eq!(book.jwks().await, Lookup::NotLoaded);
    let period = TaxPeriod {
        year: 2026,
        month: 10,
    };
    assert_eq!(book.statement("X", period, None).await, Lookup::NotLoaded);
}

#[tokio::test]
async fn records_are_the_files_own_bytes() {
    let dir = Dir::new(
        "bytes",
        &[
            (
                "taxpayers.json",
                "\u{feff}[ {\"gstin\": \" 27abcfe1234f1zw \", \"x\": 1.50} ]",
            ),
            (
                "gstr2b/old.json",
                "{\"gstin\": \"A\", \"fp\": \"032020\", \"b2b\": []}",
            ),
            (
                "gstr2b/new.json",
                "{\"data\": {\"gstin\": \"A\", \"rtnprd\": \"042020\"}}",
            ),
            (
                "gstr2b/part2.json",
                "{\"data\": {\"gstin\": \"A\", \"rtnprd\": \"052020\", \"n\": 2}}",
            ),
            (
                "gstr2b/part1.json",
                "{\"data\": {\"gstin\": \"A\", \"rtnprd\": \"052020\", \"n\": 1}}",
            ),
            ("gstr2b/readme.txt", "no statement"),
        ],
    );
    let book = BookPortal::load(&dir.0).unwrap();
    let body = |lookup: Lookup| match lookup {
        Lookup::Found(body) => String::from_utf8(body.to_vec()).unwrap(),
        other => format!("{other:?}"),
    };
    assert_eq!(
        body(book.taxpayer("27ABCFE1234F1ZW").await),
        "{\"gstin\": \" 27abcfe1234f1zw \", \"x\": 1.50}"
    );
    assert_eq!(body(book.taxpayer("27ABCFE1234F1ZX").await), "Absent");
    let statement = async |month, file| {
        body(
            book.statement("A", TaxPeriod { year: 2020, month }, file)
                .await,
        )
    };
    assert_eq!(
        statement(3, None).await,
        "{\"gstin\": \"A\", \"fp\": \"032020\", \"b2b\": []}"
    );
    assert_eq!(statement(4, Some(1)).await, statement(4, None).await);
    assert_eq!(statement(4, Some(2)).await, "Absent");
    assert_eq!(
        statement(5, None).await,
        r#"{"data":{"gstin":"A","rtnprd":"052020","fc":2}}"#
    );
    assert!(statement(5, Some(1)).await.contains("\"n\": 1"));
    assert!(statement(5, Some(2)).await.contains("\"n\": 2"));
    assert_eq!(statement(5, Some(3)).await, "Absent");
    assert_eq!(statement(6, None).await, "Absent");
}
