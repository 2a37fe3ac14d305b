//! Fills in `index.html` and other files of the page: `{{names}}` become addresses of files and translated texts.

use anyhow::{Context as _, Result, bail};

/// Replaces each `{{name}}` in the file's text. The addresses are relative, so that the page works under any path of a
/// proxy.
///
/// # Errors
/// A name that is not among `names`, or an opening without its end.
pub(crate) fn fill(file: &str, text: &str, names: &[(String, String)]) -> Result<String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").with_context(|| format!("{file}: `{{{{` without `}}}}`"))?;
        let Some((_, path)) = names.iter().find(|(known, _)| known == name.trim()) else {
            let known: Vec<&str> = names.iter().map(|(known, _)| known.as_str()).collect();
            bail!("{file} asks for {{{{{name}}}}}; there are: {}", known.join(", "));
        };
        filled.push_str(before);
        filled.push_str(path);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<(String, String)> {
        vec![("css".into(), "assets/a.css".into()), ("icon".into(), "assets/i.svg".into())]
    }

    #[test]
    fn names_become_addresses() {
        let text = "<link href={{css}}><link href=\"{{ icon }}\">";
        assert_eq!(fill("index.html", text, &names()).unwrap(), "<link href=assets/a.css><link href=\"assets/i.svg\">");
    }

    #[test]
    fn a_name_without_a_file_is_an_error_that_lists_the_others() {
        let error = fill("index.html", "{{font}}", &names()).unwrap_err().to_string();
        assert_eq!(error, "index.html asks for {{font}}; there are: css, icon");
    }
}
