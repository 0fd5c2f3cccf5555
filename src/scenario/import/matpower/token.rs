//! Tokens of the MATLAB subset that MATPOWER cases are written in.
//!
//! Knows where a quote opens a string and where it transposes, and drops comments and continuations. It gives no
//! meaning to anything. Tokens record the blank before them, since inside brackets a blank separates elements.

use crate::scenario::import::matpower::problem::Problem;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Number(f64),
    Name(String),
    Text(String),
    /// An operator or a bracket, such as `.*` or `[`.
    Symbol(&'static str),
    Newline,
    End,
}

/// A token and its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub line: usize,
    pub offset: usize,
    pub length: usize,
    /// Whether a blank (or a continuation) stands before it.
    pub spaced: bool,
}

/// Longest first, so that `.*` is not read as `.` and `*`.
const SYMBOLS: [&str; 37] = [
    "==", "~=", "!=", "<=", ">=", "&&", "||", ".*", "./", ".\\", ".^", ".'", "+=", "-=", "*=",
    "/=", "+", "-", "*", "/", "\\", "^", "<", ">", "&", "|", "~", "!", "=", "(", ")", "[", "]",
    "{", "}", ",", ";",
];

/// Splits the text into tokens. Characters that open no token are reported and skipped.
pub(super) fn tokenize(text: &str, problems: &mut Vec<Problem>) -> Vec<Token> {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        line: 1,
        spaced: false,
        brackets: Vec::new(),
        tokens: Vec::new(),
    };
    lexer.run(problems);
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: usize,
    spaced: bool,
    /// Open brackets: the innermost decides what a blank and a quote mean.
    brackets: Vec<u8>,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn run(&mut self, problems: &mut Vec<Problem>) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => {
                    self.push(TokenKind::Newline, 1);
                    self.line += 1;
                }
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.skip(1),
                b'%' | b'#' => self.comment(),
                b'.' if self.rest().starts_with("...") => self.continuation(),
                b'0'..=b'9' => self.number(problems),
                b'.' if self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit) => {
                    self.number(problems)
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.name(),
                b'\'' if self.transposes() => self.push(TokenKind::Symbol("'"), 1),
                b'\'' | b'"' => self.string(byte, problems),
                b'.' => self.symbol_or(".", problems),
                b':' => self.push(TokenKind::Symbol(":"), 1),
                b'@' => self.push(TokenKind::Symbol("@"), 1),
                _ => self.symbol_or("", problems),
            }
        }
        self.push(TokenKind::End, 0);
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip(&mut self, bytes: usize) {
        self.at += bytes;
        self.spaced = true;
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let token = Token {
            kind,
            line: self.line,
            offset: self.at,
            length,
            spaced: self.spaced,
        };
        self.tokens.push(token);
        self.at += length;
        self.spaced = false;
    }

    fn to_line_end(&self) -> usize {
        self.rest().find('\n').unwrap_or(self.text.len() - self.at)
    }

    /// A line comment, or a block comment when `%{` stands alone on its line.
    fn comment(&mut self) {
        let line = &self.rest()[..self.to_line_end()];
        let alone = line.trim_end();
        if (alone == "%{" || alone == "#{") && self.first_on_line() {
            self.block_comment();
        } else {
            self.skip(self.to_line_end());
        }
    }

    fn first_on_line(&self) -> bool {
        let before = &self.text[..self.at];
        before
            .rsplit('\n')
            .next()
            .is_none_or(|start| start.trim().is_empty())
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.text.len() {
            let length = self.to_line_end();
            match self.rest()[..length].trim() {
                "%{" | "#{" => depth += 1,
                "%}" | "#}" => depth -= 1,
                _ => {}
            }
            self.skip(length);
            if depth == 0 {
                return;
            }
            if self.at < self.text.len() {
                self.skip(1);
                self.line += 1;
            }
        }
    }

    fn continuation(&mut self) {
        self.skip(self.to_line_end());
        if self.at < self.text.len() {
            self.skip(1);
            self.line += 1;
        }
    }

    fn number(&mut self, problems: &mut Vec<Problem>) {
        let rest = &self.bytes[self.at..];
        let digits = |from: usize| {
            rest[from..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count()
        };
        let mut length = digits(0);
        // `1.*x` is 1 .* x, and `1.'` is a transpose: a dot belongs to the number unless an operator needs it.
        let operator = matches!(
            rest.get(length + 1),
            Some(b'*' | b'/' | b'\\' | b'^' | b'\'')
        );
        if rest.get(length) == Some(&b'.') && !operator {
            length += 1;
            length += digits(length);
        }
        if matches!(rest.get(length), Some(b'e' | b'E' | b'd' | b'D')) {
            let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
            let exponent = digits((length + 1 + sign).min(rest.len()));
            if exponent > 0 {
                length += 1 + sign + exponent;
            }
        }
        let literal = self.rest()[..length].replace(['d', 'D'], "e");
        match literal.parse::<f64>() {
            Ok(value) => self.push(TokenKind::Number(value), length),
            Err(_) => {
                problems.push(Problem::error(
                    self.line,
                    self.at,
                    length,
                    format!("'{literal}' is not a number"),
                ));
                self.skip(length.max(1));
            }
        }
    }

    fn name(&mut self) {
        let length = self.bytes[self.at..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let name = self.rest()[..length].to_owned();
        self.push(TokenKind::Name(name), length);
    }

    /// A quote transposes when it follows an operand at once; outside brackets a blank may stand between.
    fn transposes(&self) -> bool {
        let in_matrix = matches!(self.brackets.last(), Some(b'[' | b'{'));
        let operand = self.tokens.last().is_some_and(|token| match &token.kind {
            TokenKind::Number(_) | TokenKind::Name(_) | TokenKind::Text(_) => true,
            TokenKind::Symbol(symbol) => matches!(*symbol, ")" | "]" | "}" | "'" | ".'"),
            TokenKind::Newline | TokenKind::End => false,
        });
        operand && !(in_matrix && self.spaced)
    }

    fn string(&mut self, quote: u8, problems: &mut Vec<Problem>) {
        let mut content = Vec::new();
        let mut at = self.at + 1;
        loop {
            match self.bytes.get(at) {
                Some(&byte) if byte == quote && self.bytes.get(at + 1) == Some(&quote) => {
                    content.push(quote);
                    at += 2;
                }
                Some(&byte) if byte == quote => break,
                None | Some(b'\n') => {
                    let length = at - self.at;
                    problems.push(
                        Problem::error(
                            self.line,
                            self.at,
                            length,
                            "a string that is not closed on its line",
                        )
                        .with_help(format!("add the closing {}", char::from(quote))),
                    );
                    self.skip(length);
                    return;
                }
                Some(&byte) => {
                    content.push(byte);
                    at += 1;
                }
            }
        }
        let length = at + 1 - self.at;
        self.push(
            TokenKind::Text(String::from_utf8_lossy(&content).into_owned()),
            length,
        );
    }

    fn symbol_or(&mut self, fallback: &'static str, problems: &mut Vec<Problem>) {
        let found = SYMBOLS
            .iter()
            .copied()
            .find(|symbol| self.rest().starts_with(symbol));
        match found {
            Some(symbol) => {
                match symbol {
                    "(" | "[" | "{" => self.brackets.push(symbol.as_bytes()[0]),
                    ")" | "]" | "}" => {
                        self.brackets.pop();
                    }
                    _ => {}
                }
                self.push(TokenKind::Symbol(symbol), symbol.len());
            }
            None if !fallback.is_empty() => self.push(TokenKind::Symbol(fallback), fallback.len()),
            None => {
                let character = self.rest().chars().next().unwrap_or(' ');
                let length = character.len_utf8();
                let message = format!("unexpected character '{}'", character.escape_default());
                problems.push(Problem::error(self.line, self.at, length, message));
                self.skip(length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<TokenKind> {
        let mut problems = Vec::new();
        let tokens = tokenize(text, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        tokens.into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn quotes_open_strings_or_transpose() {
        assert_eq!(
            kinds("a' 'b'"),
            [
                TokenKind::Name("a".into()),
                TokenKind::Symbol("'"),
                TokenKind::Symbol("'"),
                TokenKind::Name("b".into()),
                TokenKind::Symbol("'"),
                TokenKind::End
            ]
        );
        assert_eq!(kinds("{'it''s'}")[1], TokenKind::Text("it's".into()));
        assert_eq!(kinds("[a 'b']")[2], TokenKind::Text("b".into()));
    }

    #[test]
    fn comments_and_continuations_vanish() {
        assert_eq!(
            kinds("1 % x\n"),
            [TokenKind::Number(1.0), TokenKind::Newline, TokenKind::End]
        );
        assert_eq!(
            kinds("1 ... more\n2"),
            [
                TokenKind::Number(1.0),
                TokenKind::Number(2.0),
                TokenKind::End
            ]
        );
        assert_eq!(
            kinds("%{\n1\n%}\n2"),
            [TokenKind::Newline, TokenKind::Number(2.0), TokenKind::End]
        );
    }

    #[test]
    fn numbers_keep_their_dots_and_exponents() {
        assert_eq!(kinds("1.5e-3")[0], TokenKind::Number(1.5e-3));
        assert_eq!(kinds("1.0D+2")[0], TokenKind::Number(100.0));
        assert_eq!(kinds(".5")[0], TokenKind::Number(0.5));
        assert_eq!(kinds("2.*x")[1], TokenKind::Symbol(".*"));
    }
}
