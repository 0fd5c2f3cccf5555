//! The frame of a report: head, style, fonts, title, contents, sections, foot.

use crate::results::report::base64;
use maud::DOCTYPE;
use maud::Markup;
use maud::PreEscaped;
use maud::html;

const STYLE: &str = include_str!("../../../assets/report/style.css");
const REGULAR: &[u8] = include_bytes!("../../../assets/report/Inter-Regular.latin.woff2");
const SEMI_BOLD: &[u8] = include_bytes!("../../../assets/report/Inter-SemiBold.latin.woff2");

/// A part of a report.
#[derive(Clone, Debug)]
pub struct Section {
    /// Name for links, a word.
    pub id: &'static str,
    /// Heading.
    pub title: String,
    /// What it holds.
    pub body: Markup,
}

/// A section.
#[must_use]
pub fn section(id: &'static str, title: &str, body: Markup) -> Section {
    Section {
        id,
        title: title.to_owned(),
        body,
    }
}

/// A whole report.
#[derive(Clone, Debug)]
pub struct Page {
    /// What kind of report it is, above the title.
    pub kind: String,
    /// Title.
    pub title: String,
    /// What everyone should read: the finding and its picture.
    pub lead: Markup,
    /// The rest in order.
    pub sections: Vec<Section>,
    /// Last line.
    pub foot: String,
}

impl Page {
    /// The page as HTML.
    #[must_use]
    pub fn html(&self) -> String {
        let fonts = [(400, REGULAR), (700, SEMI_BOLD)].map(|(weight, bytes)| {
            format!(
                "@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/woff2;base64,{}) format(\"woff2\")}}\n",
                base64::encode(bytes)
            )
        });
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light";
                    title { (self.title) " · " (self.kind) }
                    // Our own text, free of `</style`: a test holds that.
                    style { (PreEscaped(fonts.concat())) (PreEscaped(STYLE)) }
                }
                body {
                    header {
                        p.kind { (self.kind) }
                        h1 { (self.title) }
                        (self.lead)
                    }
                    nav aria-label="Contents" {
                        ol { @for s in &self.sections { li { a href=(format!("#{}", s.id)) { (s.title) } } } }
                    }
                    main {
                        @for s in &self.sections {
                            section id=(s.id) { h2 { (s.title) } (s.body) }
                        }
                    }
                    footer { p { (self.foot) } }
                }
            }
        };
        let mut text = page.into_string();
        text.push('\n');
        text
    }
}
