//! The report of a run, from what its folder holds, in the reader's order.

pub mod commands;
pub mod districts;
pub mod figures;
pub mod finding;
pub mod origin;
pub mod timeline;

use crate::results::report::figure;
use crate::results::report::page::Page;
use crate::results::report::page::section;
use crate::results::report::run_folder::RunFolder;
use crate::results::story::words::city_name;
use maud::Markup;
use maud::html;

/// The report as HTML.
#[must_use]
pub fn html(run: &RunFolder) -> String {
    let story = story(run);
    let sections = vec![
        section("numbers", "Headline numbers", figures::body(run)),
        section("happened", "What happened", timeline::body(run, &story)),
        section("charts", "Charts", charts(run)),
        section("districts", "Who was hit", districts::body(run)),
        section("decisions", "Decisions by kind", commands::body(run)),
        section("again", "How to reproduce", origin::again(run)),
        section("limits", "Limits", origin::limits()),
        section("files", "Files and their columns", origin::files(run)),
    ];
    let title = format!(
        "{} in {}, controller {}",
        run.text("scenario"),
        city_name(run.text("city")),
        run.text("controller")
    );
    let page = Page {
        kind: "Report of a run".to_owned(),
        title,
        lead: html! {
            p.finding { (finding::sentence(run)) }
            @if let Some(opening) = run.story.first() { p.finding { (opening) } }
        },
        sections,
        foot: format!(
            "Made by autopolis {} from the files of the run. The same folder gives the same report, byte for byte.",
            run.text("version")
        ),
    };
    page.html()
}

/// The story after its opening, which stands at the top.
fn story(run: &RunFolder) -> Vec<String> {
    run.story.iter().skip(1).cloned().collect()
}

fn charts(run: &RunFolder) -> Markup {
    html! {
        @if run.charts.is_empty() {
            p { "The run was told to draw no charts (" code { "--no-charts" } "), or it ended before its first row." }
        }
        @for (_, about, svg) in &run.charts { (figure::of_file(about, svg)) }
    }
}
