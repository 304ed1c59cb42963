//! Settings that change while the server runs.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use serde_json::json;

use crate::world::{KEY, World, settings};

struct Signer(Ed25519KeyPair, &'static str);

impl Signer {
    fn new(id: &'static str) -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap(), id)
    }

    /// A key set of this key alone.
    fn set(&self) -> String {
        let point = URL_SAFE_NO_PAD.encode(self.0.public_key().as_ref());
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": self.1, "x": point}]}).to_string()
    }

    fn token(&self) -> String {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let until = jiff::Timestamp::now().as_second() + 600;
        let claims = json!({"iss": "i", "aud": "a", "sub": "s", "exp": until, "tenant": "t", "roles": "read"});
        let signed = format!(
            "{}.{}",
            part(json!({"alg": "EdDSA", "kid": self.1})),
            part(claims)
        );
        let signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

#[tokio::test]
async fn keys_tokens_and_rates_change_all_together_or_not_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys.json");
    let (one, two) = (Signer::new("1"), Signer::new("2"));
    std::fs::write(&path, one.set()).unwrap();
    let toml = |key: &str, issuer: &str| {
        format!(
            "api_keys = ['{key}']\n[jwt]\njwks_file = {path:?}\nissuer = '{issuer}'\naudience = 'a'\n\
             [rate]\nper_minute = 1\nburst = 9"
        )
    };
    let with = |key: &str, issuer: &str| settings(&toml(key, issuer));
    let world = World::with(&toml(KEY, "i"), true).await;
    let status = async |token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        world
            .send("GET", "/v1/verifications", &headers, b"")
            .await
            .status
    };
    assert_eq!((status(&one.token()).await, status(KEY).await), (200, 200));

    // The provider's other key takes effect at once.
    std::fs::write(&path, two.set()).unwrap();
    assert_eq!(status(&one.token()).await, 200);
    world
        .running
        .renew(&with("k-from-now-on", "i"))
        .await
        .unwrap();
    let now = [
        status(&one.token()).await,
        status(&two.token()).await,
        status(KEY).await,
        status("k-from-now-on").await,
    ];
    assert_eq!(now, [401, 200, 401, 200]);

    // Keys in use stay where they cannot be read again; a provider that is another must be read.
    std::fs::write(&path, "no keys").unwrap();
    world
        .running
        .renew(&with("k-from-now-on", "i"))
        .await
        .unwrap();
    assert_eq!(status(&two.token()).await, 200);
    for refused in [with("k-of-somebody", "other"), with("short", "i")] {
        world.running.renew(&refused).await.unwrap_err();
        let now = [
            status(&two.token()).await,
            status("k-from-now-on").await,
            status("k-of-somebody").await,
        ];
        assert_eq!(now, [200, 200, 401]);
    }

    // What was used up stays used up while the rate is the same.
    while status("k-from-now-on").await == 200 {}
    world
        .running
        .renew(&with("k-from-now-on", "i"))
        .await
        .unwrap();
    assert_eq!(status("k-from-now-on").await, 429);
    let mut free = with("k-from-now-on", "i");
    free.rate.per_minute = 0;
    world.running.renew(&free).await.unwrap();
    assert_eq!(status("k-from-now-on").await, 200);
}
