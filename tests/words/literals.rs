//! Finds the texts in parsed Rust.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use support::tree::comment;
use syn::visit::{self, Visit};
use syn::{
    Arm, Attribute, Expr, ExprLit, ExprMethodCall, Fields, Item, ItemConst, ItemFn, ItemMod, Lit, LitStr, Macro, Member,
};

/// One branch of a text.
#[derive(Clone)]
pub(super) struct Text {
    /// The pattern of the branch, if it is one of several.
    pub(super) when: Option<String>,
    pub(super) words: String,
}

/// The name of a text, and the name under which its meaning is found.
pub(super) struct Name {
    pub(super) text: String,
    pub(super) meaning: String,
}

/// The comments on the fields of each struct of texts, by `Struct.field`.
pub(super) fn meanings(file: &syn::File) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for item in &file.items {
        let Item::Struct(item) = item else { continue };
        let Fields::Named(fields) = &item.fields else { continue };
        let named = fields.named.iter().filter_map(|field| Some((field, field.ident.as_ref()?)));
        found.extend(named.map(|(field, name)| (format!("{}.{name}", item.ident), comment(&field.attrs))));
    }
    found
}

/// The texts of a file of a language: of each field of its tables, and of each function that a field refers to, by
/// `module::function`.
pub(super) fn texts(module: &str, file: &syn::File) -> Vec<(Name, Vec<Text>)> {
    let mut found = Vec::new();
    for item in &file.items {
        match item {
            Item::Const(table) => found.extend(of_table(table)),
            Item::Fn(function) => {
                let name = Name { text: format!("{module}::{}", function.sig.ident), meaning: String::new() };
                found.push((name, collected(|it| it.visit_item_fn(function))));
            }
            _ => {}
        }
    }
    found.retain(|(_, texts)| !texts.is_empty());
    found
}

fn of_table(table: &ItemConst) -> Vec<(Name, Vec<Text>)> {
    let Expr::Struct(fields) = table.expr.as_ref() else { return Vec::new() };
    let kind = table.ty.to_token_stream().to_string();
    let one = |field: &syn::FieldValue| {
        let Member::Named(name) = &field.member else { return None };
        let texts = collected(|it| it.visit_expr(&field.expr));
        Some((Name { text: format!("{}.{name}", table.ident), meaning: format!("{kind}.{name}") }, texts))
    };
    fields.fields.iter().filter_map(one).collect()
}

/// What a file of the server says to people: in its log, in errors, on the command line. A literal of one word is a name
/// or a key, and one that begins as SQL does is for the database.
pub(super) fn said(file: &syn::File) -> Vec<Text> {
    let mut found = collected(|it| it.visit_file(file));
    found.retain(|text| is_sentence(&text.words));
    for text in &mut found {
        text.when = None;
    }
    found
}

fn is_sentence(words: &str) -> bool {
    const SQL: [&str; 8] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "ALTER ", "PRAGMA ", "DROP "];
    let is_word = |it: &&str| it.chars().filter(|letter| letter.is_alphabetic()).count() > 1;
    words.split_whitespace().filter(is_word).count() > 1 && !SQL.iter().any(|it| words.trim_start().starts_with(it))
}

fn collected(visit: impl FnOnce(&mut Collector)) -> Vec<Text> {
    let mut collector = Collector::default();
    visit(&mut collector);
    collector.found
}

#[derive(Default)]
struct Collector {
    when: Option<String>,
    found: Vec<Text>,
}

impl Collector {
    fn take(&mut self, literal: &LitStr) {
        self.found.push(Text { when: self.when.clone(), words: literal.value() });
    }

    fn take_tokens(&mut self, tokens: TokenStream) {
        let mut is_comment = false;
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.take_tokens(group.stream()),
                TokenTree::Ident(word) => is_comment = word == "doc",
                TokenTree::Literal(literal) => {
                    if let Lit::Str(text) = Lit::new(literal)
                        && !is_comment
                    {
                        self.take(&text);
                    }
                }
                TokenTree::Punct(_) => {}
            }
        }
    }

    /// The comments on a command's arguments are what `--help` says.
    fn take_help(&mut self, attributes: &[Attribute]) {
        let words = comment(attributes);
        if !words.is_empty() {
            self.found.push(Text { when: None, words });
        }
    }
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_arm(&mut self, arm: &'ast Arm) {
        let outer = self.when.clone();
        let pattern = arm.pat.to_token_stream().to_string().replace(" :: ", "::");
        self.when = Some(outer.as_ref().map_or_else(|| pattern.clone(), |outer| format!("{outer}, {pattern}")));
        visit::visit_expr(self, &arm.body);
        self.when = outer;
    }

    fn visit_expr_lit(&mut self, literal: &'ast ExprLit) {
        if let Lit::Str(text) = &literal.lit {
            self.take(text);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        // What `expect` says is for whoever wrote it.
        if call.method != "expect" {
            visit::visit_expr_method_call(self, call);
        }
    }

    fn visit_macro(&mut self, macro_: &'ast Macro) {
        self.take_tokens(macro_.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        // `#[error("…")]` is the text of an error.
        if attribute.path().is_ident("error")
            && let Ok(list) = attribute.meta.require_list()
        {
            self.take_tokens(list.tokens.clone());
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        if is_command(&item.attrs) {
            self.take_help(&item.attrs);
            for field in &item.fields {
                self.take_help(&field.attrs);
            }
        }
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        if is_command(&item.attrs) {
            for variant in &item.variants {
                self.take_help(&variant.attrs);
                for field in &variant.fields {
                    self.take_help(&field.attrs);
                }
            }
        }
        visit::visit_item_enum(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }
}

/// Whether clap makes a command, its arguments or its values of an item.
fn is_command(attributes: &[Attribute]) -> bool {
    let derives = attributes.iter().filter(|it| it.path().is_ident("derive"));
    let words: String = derives.map(|it| it.to_token_stream().to_string()).collect();
    ["Parser", "Args", "Subcommand", "ValueEnum"].iter().any(|it| words.contains(it))
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|it| it.path().is_ident("cfg") && it.to_token_stream().to_string().contains("test"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(texts: Vec<Text>) -> Vec<(Option<String>, String)> {
        texts.into_iter().map(|text| (text.when, text.words)).collect()
    }

    #[test]
    fn finds_each_branch_of_a_text_and_the_meaning_of_its_field() {
        let table = "/// Texts.\nstruct Words {\n/// A state.\nstate: fn(bool) -> &'static str,\n}";
        assert_eq!(meanings(&syn::parse_str(table).unwrap()), [("Words.state".into(), "A state.".into())]);
        let english = "const WORDS: Words = Words { state: |on| match on { true => \"On\", false => later() } };
            fn later() -> String { format!(\"Off {}\", 1) }";
        let mut found = texts("en", &syn::parse_str(english).unwrap());
        let (name, branches) = found.remove(0);
        assert_eq!((name.text.as_str(), name.meaning.as_str()), ("WORDS.state", "Words.state"));
        assert_eq!(words(branches), [(Some("true".into()), "On".into())]);
        let (name, branches) = found.remove(0);
        assert_eq!((name.text.as_str(), words(branches)), ("en::later", vec![(None, "Off {}".into())]));
    }

    #[test]
    fn finds_what_the_server_says_and_nothing_for_the_programmer() {
        let server = r#"
            #[error("there is no lamp `{0}`")] struct NoLamp(String);
            fn one() { warn!(peer = "perm", "it went away"); query("SELECT a FROM b"); x.expect("it is there"); }
            numbers! { #[doc = " A number of one."] One }
            #[cfg(test)] mod tests { fn two() { println!("only a test") } }
            #[derive(Parser)] struct Arguments { /// Configuration file.
                config: String }
        "#;
        let said: Vec<String> = said(&syn::parse_str(server).unwrap()).into_iter().map(|text| text.words).collect();
        assert_eq!(said, ["there is no lamp `{0}`", "it went away", "Configuration file."]);
    }
}
