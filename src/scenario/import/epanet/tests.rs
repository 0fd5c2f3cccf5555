//! The reader on small files whose figures can be checked by hand, and on broken ones.

use super::*;
use crate::solvers::hydraulics::network::LinkKind;

const SMALL: &str = "[TITLE]\nSmall\n[junctions]\n J1 10 100\n \"J 2\",20,50 D\n[RESERVOIRS]\nR 100\n[TANKS]\nT 50 10 5 20 10 0\n\
[PIPES]\nP1 R J1 1000 12 100 0 Open\nP2 J1 \"J 2\" 500 8 100 ; tail\nP3 \"J 2\" T 500 8 100 CV\n[PATTERNS]\nD 1 2\nD 3\n\
[TIMES]\nDuration 24\n[OPTIONS]\nUnits GPM\n[END]\n";

fn problems(text: &str) -> Vec<Problem> {
    match parse("x.inp", text.as_bytes()) {
        Err(EpanetError::Invalid { problems, .. }) => problems,
        other => panic!("{other:?}"),
    }
}

#[test]
fn small_file() {
    let read = parse("small.inp", SMALL.as_bytes()).unwrap();
    assert_eq!(read.node_ids, ["J1", "J 2", "R", "T"]);
    assert_eq!(read.network.patterns, [vec![1.0, 2.0, 3.0]]);
    assert!((read.network.nodes[0].elevation_m - 3.048).abs() < 1e-12);
    assert!(matches!(
        read.network.links[2].kind,
        LinkKind::Pipe {
            check_valve: true,
            ..
        }
    ));
    assert_eq!(read.plan.times.duration_s, 86_400.0);
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
}

#[test]
fn every_problem_at_once_with_line_field_and_advice() {
    let text = SMALL
        .replace("P2 J1 \"J 2\" 500", "P2 J1 \"J 3\" 5OO")
        .replace("Units GPM", "Units GMP")
        .replace("T 50 10 5", "T 50 30 5");
    let found = problems(&text);
    assert_eq!(found.len(), 4, "{found:#?}");
    assert_eq!(
        (found[0].line, found[0].field.as_str()),
        (9, "[TANKS] InitLevel")
    );
    assert_eq!(found[1].help.as_deref(), Some("did you mean `J 2`?"));
    assert_eq!(
        (found[2].line, found[2].message.as_str()),
        (12, "`5OO` is not a number")
    );
    assert!(
        found[3]
            .help
            .as_ref()
            .is_some_and(|help| help.contains("GPM"))
    );
    assert_eq!(&text[found[2].offset..found[2].offset + 3], "5OO");
}

#[test]
fn rules_and_controls_are_read() {
    let text = SMALL.replace(
        "[TIMES]",
        "[CONTROLS]\nLINK P1 CLOSED IF NODE T ABOVE 15\nPIPE P1 OPEN AT CLOCKTIME 6 PM\n[RULES]\nRULE 1\nIF TANK T LEVEL BELOW 6\n\
AND SYSTEM CLOCKTIME >= 8 AM\nTHEN PIPE P1 STATUS IS OPEN\nELSE PIPE P1 STATUS IS CLOSED\nPRIORITY 3\n[TIMES]",
    );
    let read = parse("x.inp", text.as_bytes()).unwrap();
    assert_eq!((read.plan.controls.len(), read.plan.rules.len()), (2, 1));
    assert_eq!(read.plan.rules[0].premises.len(), 2);
    assert_eq!(read.plan.rules[0].priority, 3.0);
    let bad = text
        .replace("THEN PIPE P1", "THEN PIPE P9")
        .replace("ABOVE 15", "OVER 15");
    assert_eq!(problems(&bad).len(), 2);
}

#[test]
fn nothing_is_a_network() {
    assert_eq!(problems("").len(), 1);
    let found = problems("[JUNCTIONS]\nA 1\n");
    assert_eq!(
        found
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .count(),
        1
    );
}

/// Mutilated files must be read or refused, and what is read must run, without a panic.
#[test]
fn no_panic_on_mutilated_files() {
    use crate::solvers::hydraulics::simulation::Simulation;
    let base = format!(
        "{SMALL}[CONTROLS]\nLINK P1 CLOSED IF NODE T ABOVE 15\n[RULES]\nRULE 1\nIF TANK T LEVEL > 6\nTHEN PIPE P1 STATUS IS OPEN\n\
[CURVES]\nC 100 50\n[PUMPS]\nU R J1 HEAD C SPEED 1\n[VALVES]\nV J1 \"J 2\" 12 PRV 30 0\n[ENERGY]\nPUMP U EFFIC C\n[EMITTERS]\nJ1 1\n\
[LEAKAGE]\nP2 1 1\n[STATUS]\nP2 CLOSED\n[DEMANDS]\nJ1 5 D\n"
    )
    .replace("[END]\n", "");
    let junk = [
        "", "-1", "0", "1e308", "-1e308", "NaN", "[", "\"", "*", "é", "J1", "CV", "1e-320",
        "9:9:9:9", "PRV",
    ];
    let words: Vec<&str> = base.split_inclusive([' ', '\n']).collect();
    let mut read = 0;
    for at in 0..words.len() {
        for (j, junk) in junk.iter().enumerate() {
            let mut cut: Vec<&str> = words.clone();
            let tail = if words[at].ends_with('\n') { "\n" } else { " " };
            let replacement = format!("{junk}{tail}");
            cut[at] = &replacement;
            if j == 0 {
                cut.truncate(at);
            }
            if let Ok(mut file) = parse("x.inp", cut.concat().as_bytes()) {
                read += 1;
                file.plan.times.duration_s = file.plan.times.duration_s.min(7200.0);
                file.plan.times.hydraulic_step_s = file.plan.times.hydraulic_step_s.max(600.0);
                file.plan.times.rule_step_s = file.plan.times.rule_step_s.max(60.0);
                file.plan.options.max_iterations = 60;
                if let Ok(run) = Simulation::new(std::sync::Arc::new(file.network), file.plan) {
                    run.run(&mut |_, _| ());
                }
            }
        }
    }
    assert!(read > 100, "{read}");
}
