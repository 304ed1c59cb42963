//! What clerks of accounts payable ask of the example book, each with what a person read in the book's files
//! (`questions/*.jsonl`): whether it can be known, what the answer must and must not hold, and which tools it must cite.

use std::{collections::BTreeSet, fs, path::Path};

use serde::Deserialize;
use serde_json::Value;
use tempfile::tempdir;

use crate::command::{AS_OF, Ran, book, root, satyapan};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    question: String,
    known: bool,
    /// Texts that the answer holds.
    #[serde(default)]
    holds: Vec<String>,
    /// Texts that it does not hold: the values that a wrong reading would give.
    #[serde(default)]
    lacks: Vec<String>,
    /// Tools whose evidence the claims cite.
    #[serde(default)]
    tools: Vec<String>,
}

/// The cases of all files, each with its file and line.
fn cases() -> Vec<(String, Case)> {
    let dir = root().join("tests/it/questions");
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&file).unwrap();
        for (line, case) in (1..).zip(text.lines()) {
            let place = format!("{name}:{line}");
            let case = serde_json::from_str(case).unwrap_or_else(|e| panic!("{place}: {e}"));
            cases.push((place, case));
        }
    }
    cases
}

/// Asks all of them of a book in one call.
fn answers(book: &Path, questions: &[&str]) -> Vec<Value> {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("questions"), questions.join("\n")).unwrap();
    let ran: Ran = satyapan(dir.path())
        .args(["ask", "--as-of", AS_OF, "--format", "ndjson", "--book"])
        .arg(book)
        .args(["--file", "questions"])
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The observation of a citation's evidence, and the tool that made it.
fn cited<'a>(answer: &'a Value, citation: &Value) -> Option<(&'a str, &'a Value)> {
    let evidence = answer["evidence"].as_array()?;
    let record = evidence
        .iter()
        .find(|record| record["id"] == citation["evidence"])?;
    Some((record["tool"].as_str()?, &record["observation"]))
}

/// Whether a citation says what stands where it points.
fn resolves(answer: &Value, citation: &Value) -> bool {
    let pointer = citation["pointer"].as_str().unwrap_or("no pointer");
    let held = cited(answer, citation).and_then(|(_, observation)| observation.pointer(pointer));
    held.is_some_and(|held| *held == citation["value"])
}

/// What is wrong with an answer.
fn faults(case: &Case, answer: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let told = answer["answer"].as_str().unwrap_or_default();
    if answer["known"] != case.known {
        faults.push(format!("known is {}", answer["known"]));
    }
    // A bar stands between two ways to say it.
    let held = |wanted: &&String| !wanted.split('|').any(|text| told.contains(text));
    let missing = case.holds.iter().filter(held);
    faults.extend(missing.map(|text| format!("lacks {text:?}")));
    let wrong = case
        .lacks
        .iter()
        .filter(|text| told.contains(text.as_str()));
    faults.extend(wrong.map(|text| format!("holds {text:?}")));
    let citations: Vec<&Value> = answer["claims"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|claim| claim["citations"].as_array().into_iter().flatten())
        .collect();
    let tools: BTreeSet<&str> = citations
        .iter()
        .filter_map(|citation| cited(answer, citation))
        .map(|(tool, _)| tool)
        .collect();
    let uncited = case
        .tools
        .iter()
        .filter(|tool| !tools.contains(tool.as_str()));
    faults.extend(uncited.map(|tool| format!("cites nothing of {tool}")));
    let dangling = citations
        .iter()
        .filter(|citation| !resolves(answer, citation));
    faults.extend(dangling.map(|citation| format!("does not resolve: {citation}")));
    if case.known && citations.is_empty() {
        faults.push("states what it does not cite".to_owned());
    }
    faults
}

#[test]
fn every_question_is_answered_as_a_person_reads_the_book() {
    let cases = cases();
    let questions: Vec<&str> = cases.iter().map(|(_, case)| &*case.question).collect();
    let answers = answers(&book(), &questions);
    assert_eq!(answers.len(), cases.len());
    let mut wrong = Vec::new();
    for ((place, case), answer) in cases.iter().zip(&answers) {
        assert_eq!(answer["question"], *case.question);
        let faults = faults(case, answer);
        if !faults.is_empty() {
            let faults = faults.join("; ");
            wrong.push(format!(
                "{place}: {}\n  {faults}\n  {}",
                case.question, answer["answer"]
            ));
        }
    }
    let failed = wrong.len();
    assert!(
        wrong.is_empty(),
        "{failed} of {} answers are wrong:\n{}",
        cases.len(),
        wrong.join("\n")
    );
}

/// Vendors whose names share words, with each other and with the vocabulary of questions.
const NAMESAKES: &str = "\
vendor_id,legal_name,trade_name,gstin,pan,bank_account,ifsc,payment_terms_days,msme,status,email
V101,Sahyadri Steel Traders Private Limited,Sahyadri Steel,,,,,11,,active,
V102,Sahyadri Office Systems,Sahyadri Office Systems,,,,,12,,active,
V103,Kaveri & Sons,Kaveri & Sons,,,,,13,,active,
V104,Total Oils Private Limited,Total Oils,,,,,14,,blocked,
V105,Bearings and Fasteners,Bearings and Fasteners,,,,,15,,active,
V106,IT Care,IT Care,,,,,16,,active,
V107,Care,Care,,,,,17,,active,
V108,On Time Logistics,On Time Logistics,,,,,18,,active,
V109,Time Logistics,Time Logistics,,,,,19,,active,
V110,Me Fashions,Me Fashions,,,,,20,,active,
V111,Fashions,Fashions,,,,,21,,active,
V112,ID Fresh,ID Fresh,,,,,22,,active,
V113,Fresh,Fresh,,,,,23,,active,
V114,Reddy's Foods,Reddy's Foods,,,,,24,,active,
V115,Reddy Foods,Reddy Foods,,,,,25,,active,
V116,AN Traders,AN Traders,,,,,26,,active,
V117,May Flowers,May Flowers,27ZZQCM1107R1ZT,,,,27,,active,
V118,Flowers,Flowers,29ZZQCB2264H1Z9,,,,28,,active,
V119,House of Spices,House of Spices,,,,,29,,active,
V120,House,House,,,,,31,,active,
V121,Spices,Spices,,,,,32,,active,
V122,Sharma Firm,Sharma Firm,,,,,33,,active,
V123,Sharma,Sharma,,,,,34,,active,
";

#[test]
fn a_name_is_one_vendors_or_the_asker_is_told_whose_it_may_be() {
    let book = tempdir().unwrap();
    fs::write(book.path().join("vendors.csv"), NAMESAKES).unwrap();
    let cases = [
        ("payment terms of Sahyadri Steel Traders", true, "11 days"),
        ("payment terms of sahyadri steel", true, "11 days"),
        ("payment terms of Sahyadri Office Systems?", true, "12 days"),
        ("payment terms of Kaveri & Sons", true, "13 days"),
        ("payment terms of Kaveri and Sons", true, "13 days"),
        ("payment terms of \"Total Oils\"", true, "14 days"),
        ("what are the payment terms of Total Oils", true, "14 days"),
        ("payment terms of vendor Total Oils?", true, "14 days"),
        (
            "payment terms of Max Oils",
            false,
            "no vendor named \"Max Oils\"",
        ),
        (
            "payment terms of total oils",
            false,
            "Not understood: total",
        ),
        ("payment terms of Bearings and Fasteners", true, "15 days"),
        (
            "payment terms of Sahyadri",
            false,
            "V102 Sahyadri Office Systems",
        ),
        ("payment terms of Sahyadri", false, "several vendors"),
        ("payment terms of Sahyadri Cement", false, "Not known"),
        ("payment terms of IT Care", true, "16 days"),
        ("payment terms of it care", true, "16 days"),
        ("payment terms of Care", true, "17 days"),
        ("payment terms of ON TIME LOGISTICS", true, "18 days"),
        ("payment terms of on time logistics", true, "18 days"),
        ("payment terms of Time Logistics", true, "19 days"),
        ("payment terms of ME FASHIONS", true, "20 days"),
        ("payment terms of ID Fresh", true, "22 days"),
        ("payment terms of Reddy's Foods", true, "24 days"),
        ("payment terms of Reddy Foods", true, "25 days"),
        ("payment terms of AN Traders", true, "26 days"),
        ("payment terms of May Flowers", true, "27 days"),
        ("total billed by May Flowers", false, "V117 May Flowers"),
        ("payment terms of House of Spices", true, "29 days"),
        ("payment terms of House", true, "31 days"),
        ("payment terms of Sharma Firm", true, "33 days"),
        ("payment terms of sharma firm", false, "V122"),
        (
            "payment terms of Godavari Traders",
            false,
            "no vendor named \"Godavari Traders\"",
        ),
    ];
    let questions: Vec<&str> = cases.iter().map(|(question, ..)| *question).collect();
    let answers = answers(book.path(), &questions);
    assert_eq!(answers.len(), cases.len());
    for ((question, known, holds), answer) in cases.iter().zip(&answers) {
        assert_eq!(answer["known"], *known, "{question}: {answer}");
        let told = answer["answer"].as_str().unwrap();
        assert!(told.contains(holds), "{question}: {told}");
        assert!(*known || !told.contains("days of"), "{question}: {told}");
    }
}
