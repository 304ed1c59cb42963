//! Texts as vectors: the port, and the local way without a model.

use async_trait::async_trait;
use domain::Date;

use crate::{
    piece::{Piece, join_names, pieces},
    text::folded,
    token::tokens,
    vector::{BadVector, Vector},
    vocabulary::Kind,
};

/// Why there are no vectors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbedError {
    #[error("embeddings: no vectors came: {0}")]
    Unavailable(String),
    #[error("embeddings: the answer cannot be used: {0}")]
    Malformed(String),
}

impl From<BadVector> for EmbedError {
    fn from(bad: BadVector) -> Self {
        Self::Malformed(bad.to_string())
    }
}

/// What makes vectors of texts. Alike texts are alike vectors.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// One vector for each text, in their order, all of one length.
    ///
    /// # Errors
    /// None came, or they cannot be used.
    async fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError>;
}

/// Dimensions of the local vectors.
const DIMENSIONS: u64 = 512;
/// What a concept of the vocabulary weighs against a run of letters.
const CONCEPT: i16 = 12;
const WORD: i16 = 4;
const LETTERS: i16 = 1;
/// Letters in a run.
const RUN: usize = 3;

/// Hashed concepts, words and runs of letters: no model, no network, the same on every machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Local;

#[async_trait]
impl Embedder for Local {
    async fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        texts.iter().map(|text| Ok(local(text)?)).collect()
    }
}

fn local(text: &str) -> Result<Vector, BadVector> {
    let mut values: Vec<i16> = vec![0; usize::try_from(DIMENSIONS).unwrap_or(1)];
    let mut add = |feature: &str, weight: i16| {
        let place = usize::try_from(hash(feature) % DIMENSIONS).unwrap_or_default();
        if let Some(value) = values.get_mut(place) {
            *value = value.saturating_add(weight);
        }
    };
    // Relative days are of one and the same day here: likeness is of wordings.
    for piece in join_names(&pieces(&tokens(&folded(text), Date::MIN).list)) {
        match piece {
            Piece::Concept {
                kind: Kind::Filler, ..
            } => {}
            Piece::Concept { concept, .. } => add(&concept, CONCEPT),
            Piece::Entity(entity) => {
                let word = entity
                    .span
                    .map_or(entity.text, |span| format!("{} {}", span.first, span.last));
                add(&word, WORD);
                let letters: Vec<char> = word.chars().collect();
                for run in letters.windows(RUN) {
                    add(&run.iter().collect::<String>(), LETTERS);
                }
            }
        }
    }
    // What has no word at all is alike only to itself.
    add("question", 1);
    Vector::new(values)
}

/// FNV-1a: vectors that were kept must mean the same in every build.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
