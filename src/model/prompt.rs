//! Prompts: Markdown files with TOML front matter, rendered by a template.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use domain::evidence::sha256_hex;
use minijinja::{Environment, UndefinedBehavior};
use serde::Deserialize;

use crate::port::Role;

/// Longest prompt file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// The prompts as shipped, by id.
const SHIPPED: &[(&str, &str)] = &[
    ("choose", include_str!("../../prompts/choose.md")),
    ("critic", include_str!("../../prompts/critic.md")),
    ("investigate", include_str!("../../prompts/investigate.md")),
    ("reader", include_str!("../../prompts/reader.md")),
    ("writer", include_str!("../../prompts/writer.md")),
];

/// The front matter between two lines of `+++`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    /// What it is for, in one sentence.
    purpose: String,
    version: u32,
    role: Role,
    /// Names that the template may use, and must; `canary` and `marker` are always there.
    inputs: Vec<String>,
    /// The answer's shape, by the name it has in code. A prompt may word otherwise what is asked, not what is answered.
    schema: String,
    /// Longest answer.
    max_tokens: u32,
}

/// A prompt that was read.
#[derive(Debug, Clone)]
pub struct Prompt {
    pub id: String,
    pub purpose: String,
    pub version: u32,
    pub role: Role,
    pub inputs: Vec<String>,
    pub schema: String,
    pub max_tokens: u32,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub sha256: String,
    system: String,
    user: String,
}

/// What is wrong with a prompt file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("prompts/{id}.md: {detail}")]
pub struct FlawedPrompt {
    pub id: String,
    pub detail: String,
}

impl Prompt {
    fn read(id: &str, text: &str) -> Result<Self, FlawedPrompt> {
        let flawed = |detail: String| FlawedPrompt {
            id: id.to_owned(),
            detail,
        };
        let rest = text
            .strip_prefix("+++\n")
            .ok_or_else(|| flawed("begins without a line of \"+++\"".to_owned()))?;
        let (front, body) = rest
            .split_once("\n+++\n")
            .ok_or_else(|| flawed("the front matter has no end: a line of \"+++\"".to_owned()))?;
        let front: Front =
            toml::from_str(front).map_err(|error| flawed(error.message().to_owned()))?;
        let (system, user) = body
            .trim_start()
            .strip_prefix("# System\n")
            .and_then(|body| body.split_once("\n# User\n"))
            .ok_or_else(|| {
                flawed("needs a part \"# System\" and after it a part \"# User\"".to_owned())
            })?;
        let prompt = Self {
            id: id.to_owned(),
            purpose: front.purpose,
            version: front.version,
            role: front.role,
            inputs: front.inputs,
            schema: front.schema,
            max_tokens: front.max_tokens,
            sha256: sha256_hex(text.as_bytes()),
            system: system.trim().to_owned(),
            user: user.trim().to_owned(),
        };
        prompt.proved().map_err(flawed)?;
        Ok(prompt)
    }

    /// Every input is used, and nothing else is.
    fn proved(&self) -> Result<(), String> {
        let environment = environment();
        let mut used = std::collections::HashSet::new();
        for part in [&self.system, &self.user] {
            let template = environment
                .template_from_str(part)
                .map_err(|error| error.to_string())?;
            used.extend(template.undeclared_variables(false));
        }
        for own in ["canary", "marker"] {
            used.remove(own);
        }
        if let Some(missing) = self.inputs.iter().find(|name| !used.contains(*name)) {
            return Err(format!("the input \"{missing}\" is used nowhere"));
        }
        let mut unknown: Vec<_> = used
            .iter()
            .filter(|name| !self.inputs.contains(*name))
            .collect();
        unknown.sort_unstable();
        if let Some(unknown) = unknown.first() {
            return Err(format!(
                "\"{unknown}\" is no input; inputs = [...] names them"
            ));
        }
        Ok(())
    }

    /// The system's and the user's part with the inputs filled in.
    pub(crate) fn render(
        &self,
        inputs: &BTreeMap<&str, String>,
    ) -> Result<(String, String), FlawedPrompt> {
        let environment = environment();
        let fill = |part: &str| {
            let filled = environment.render_str(part, inputs);
            let filled = filled.map_err(|error| FlawedPrompt {
                id: self.id.clone(),
                detail: error.to_string(),
            });
            // It waits for the model in no more room than it takes.
            filled.map(|text| text.into_boxed_str().into_string())
        };
        Ok((fill(&self.system)?, fill(&self.user)?))
    }

    /// `critic@1`.
    pub fn stamp(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
}

/// Prompts by id.
#[derive(Debug, Clone)]
pub struct Prompts(Arc<BTreeMap<String, Prompt>>);

impl Prompts {
    /// The prompts as shipped; of a directory, those that it has (`ID.md`) instead.
    ///
    /// # Errors
    /// The first file that cannot be read or is not a prompt, or that asks for an answer of another shape.
    pub fn load(directory: Option<&Path>) -> Result<Self, FlawedPrompt> {
        let mut prompts = BTreeMap::new();
        for (id, shipped) in SHIPPED {
            let mut prompt = Prompt::read(id, shipped)?;
            let file = directory.map(|dir| dir.join(format!("{id}.md")));
            if let Some(file) = file.filter(|file| file.is_file()) {
                let flawed = |detail: String| FlawedPrompt {
                    id: (*id).to_owned(),
                    detail,
                };
                let size = std::fs::metadata(&file).map(|m| m.len());
                if size.is_ok_and(|size| size > FILE_BYTES_MAX) {
                    return Err(flawed(format!("is longer than {FILE_BYTES_MAX} bytes")));
                }
                let text =
                    std::fs::read_to_string(&file).map_err(|error| flawed(error.to_string()))?;
                let own = Prompt::read(id, &text)?;
                if own.schema != prompt.schema || own.role != prompt.role {
                    return Err(flawed(format!(
                        "must keep schema = \"{}\" and role = \"{}\"",
                        prompt.schema, prompt.role
                    )));
                }
                prompt = own;
            }
            prompts.insert((*id).to_owned(), prompt);
        }
        Ok(Self(Arc::new(prompts)))
    }

    pub fn get(&self, id: &str) -> Option<&Prompt> {
        self.0.get(id)
    }

    /// In the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Prompt> {
        self.0.values()
    }
}
