use super::*;
use crate::keys::KeySettings;

fn keys(keys: &[&str]) -> Keys {
    let settings: Vec<KeySettings> = keys.iter().map(|key| KeySettings::from(*key)).collect();
    Keys::new(&settings).unwrap()
}

#[test]
fn a_cursor_opens_where_it_was_made_and_nowhere_else() {
    let cursors = Cursors::new(&keys(&["k-first-of-two", "k-second-of-two"]), None);
    let (ours, theirs) = (Tenant::default(), Tenant::new("theirs").unwrap());
    let cursor = cursors.seal(&ours, "hold", "17");
    assert_eq!(cursors.open(&ours, "hold", &cursor).unwrap(), "17");
    assert!(cursors.open(&theirs, "hold", &cursor).is_err());
    assert!(cursors.open(&ours, "approve", &cursor).is_err());
    for index in 0..cursor.len() {
        let mut changed = cursor.clone().into_bytes();
        changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(cursors.open(&ours, "hold", &changed).is_err(), "{index}");
        assert!(
            cursors.open(&ours, "hold", &cursor[..index]).is_err(),
            "{index}"
        );
    }
    assert!(cursors.open(&ours, "hold", &"A".repeat(2000)).is_err());
    assert!(cursors.open(&ours, "hold", "\u{915}").is_err());
}

#[test]
fn processes_with_the_same_keys_read_each_others_cursors() {
    let tenant = Tenant::default();
    let one = Cursors::new(&keys(&["k-first-of-two", "k-second-of-two"]), None);
    let turned = Cursors::new(&keys(&["k-second-of-two", "k-first-of-two"]), None);
    let other = Cursors::new(&keys(&["k-first-of-two"]), None);
    let secret = SecretString::from("shared");
    let none = || Cursors::new(&keys(&[]), None);
    let shared = || Cursors::new(&keys(&[]), Some(&secret));
    let opens = |maker: &Cursors, reader: &Cursors| {
        reader
            .open(&tenant, "", &maker.seal(&tenant, "", "1"))
            .is_ok()
    };
    assert!(opens(&one, &turned));
    assert!(!opens(&one, &other));
    assert!(!opens(&none(), &none()));
    assert!(opens(&shared(), &shared()));
}
