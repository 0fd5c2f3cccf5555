//! Lines of an INP file: sections, words with their places, comments.
//!
//! It knows what separates words, not what they mean.

/// A part of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are those of the file's sections")]
pub enum Section {
    Title,
    Junctions,
    Reservoirs,
    Tanks,
    Pipes,
    Pumps,
    Valves,
    Controls,
    Rules,
    Demands,
    Emitters,
    Leakage,
    Patterns,
    Curves,
    Status,
    Energy,
    Times,
    Options,
    Coordinates,
    /// One of those about quality, reports and drawing.
    PassedOver,
}

/// Heads of sections by their first letters, which is all that EPANET looks at.
const SECTIONS: [(&str, Section); 29] = [
    ("TITL", Section::Title),
    ("JUNC", Section::Junctions),
    ("RESE", Section::Reservoirs),
    ("TANK", Section::Tanks),
    ("PIPE", Section::Pipes),
    ("PUMP", Section::Pumps),
    ("VALV", Section::Valves),
    ("CONT", Section::Controls),
    ("RULE", Section::Rules),
    ("DEMA", Section::Demands),
    ("EMIT", Section::Emitters),
    ("LEAK", Section::Leakage),
    ("PATT", Section::Patterns),
    ("CURV", Section::Curves),
    ("STAT", Section::Status),
    ("ENER", Section::Energy),
    ("TIME", Section::Times),
    ("OPTI", Section::Options),
    ("COOR", Section::Coordinates),
    ("QUAL", Section::PassedOver),
    ("SOUR", Section::PassedOver),
    ("REAC", Section::PassedOver),
    ("MIXI", Section::PassedOver),
    ("REPO", Section::PassedOver),
    ("VERT", Section::PassedOver),
    ("LABE", Section::PassedOver),
    ("BACK", Section::PassedOver),
    ("TAGS", Section::PassedOver),
    ("ROUG", Section::PassedOver),
];

/// The sections' names, for suggestions.
pub const SECTION_NAMES: [&str; 18] = [
    "TITLE",
    "JUNCTIONS",
    "RESERVOIRS",
    "TANKS",
    "PIPES",
    "PUMPS",
    "VALVES",
    "CONTROLS",
    "RULES",
    "DEMANDS",
    "EMITTERS",
    "LEAKAGE",
    "PATTERNS",
    "CURVES",
    "STATUS",
    "ENERGY",
    "TIMES",
    "OPTIONS",
];

/// A word and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Word<'t> {
    /// Its text, without quotes.
    pub text: &'t str,
    /// Byte offset in the file.
    pub offset: usize,
}

/// A line with at least one word.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'t> {
    /// Line in the file, from 1.
    pub number: usize,
    /// Its section.
    pub section: Section,
    /// The line without its comment.
    pub text: &'t str,
    /// Its words.
    pub words: Vec<Word<'t>>,
}

/// A head of a section that is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownSection<'t> {
    /// Line in the file, from 1.
    pub number: usize,
    /// The head.
    pub head: Word<'t>,
}

/// Splits a text into lines by sections, up to `[END]`. Lines before the first head, and in unknown sections, are left out.
pub fn split(text: &str) -> (Vec<Line<'_>>, Vec<UnknownSection<'_>>) {
    let (mut lines, mut unknown) = (Vec::new(), Vec::new());
    let mut section = None;
    let mut offset = 0;
    for (at, raw) in text.split('\n').enumerate() {
        let start = offset;
        offset += raw.len() + 1;
        let content = raw.split(';').next().unwrap_or("");
        let words = words(content, start);
        let Some(&first) = words.first() else {
            continue;
        };
        if let Some(head) = first.text.strip_prefix('[') {
            let name: String = head.chars().take(4).collect::<String>().to_uppercase();
            if name.starts_with("END") {
                break;
            }
            section = SECTIONS
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, section)| *section);
            if section.is_none() {
                unknown.push(UnknownSection {
                    number: at + 1,
                    head: first,
                });
            }
            continue;
        }
        if let Some(section) = section {
            lines.push(Line {
                number: at + 1,
                section,
                text: content,
                words,
            });
        }
    }
    (lines, unknown)
}

/// Words between blanks and commas; quotes hold blanks together.
fn words(content: &str, start: usize) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = content;
    let separates = |c: char| c.is_whitespace() || c == ',';
    loop {
        rest = rest.trim_start_matches(separates);
        if rest.is_empty() {
            return words;
        }
        let at = content.len() - rest.len();
        let (word, skip, length) = match rest.strip_prefix('"') {
            Some(inside) => {
                let end = inside.find('"').unwrap_or(inside.len());
                (&inside[..end], 1, (end + 2).min(rest.len()))
            }
            None => {
                let end = rest.find(separates).unwrap_or(rest.len());
                (&rest[..end], 0, end)
            }
        };
        words.push(Word {
            text: word,
            offset: start + at + skip,
        });
        rest = &rest[length..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_words_and_comments() {
        let text = "stray\n[pipes]\n;head\n P1\t\"N 1\",N2 100 ; note\n[FOO]\nx\n[End]\n[TANKS]\nT";
        let (lines, unknown) = split(text);
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].number, lines[0].section), (4, Section::Pipes));
        let words: Vec<&str> = lines[0].words.iter().map(|word| word.text).collect();
        assert_eq!(words, ["P1", "N 1", "N2", "100"]);
        let word = lines[0].words[1];
        assert_eq!(&text[word.offset..word.offset + 3], "N 1");
        assert_eq!(unknown[0].head.text, "[FOO]");
    }

    #[test]
    fn an_open_quote_ends_with_its_line() {
        let words = words("a \"b c", 10);
        assert_eq!((words[1].text, words[1].offset), ("b c", 13));
    }
}
