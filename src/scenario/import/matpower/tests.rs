//! Whole small cases through the reader: what is understood, what is refused, and that nothing panics.

use super::*;
use proptest::prelude::*;

/// Two buses, a line, a unit: the least case, in the style of a published one.
const LEAST: &str = "function mpc = least
%LEAST  A comment.
mpc.version = '2';
mpc.baseMVA = 10;
mpc.bus = [ % kW here
	1	3	0	0	0	0	1	1	0	12.66	1	1	1;
	7	1	100	60	0	0	1	1	0	12.66	1	1.1	0.9;
];
mpc.gen = [
	1	0	0	10	-10	1	100	1	10	0	0	0	0	0	0	0	0	0	0	0	0;
];
mpc.branch = [
	1	7	1.602756	0.801378	0	0	0	0	0	0	1	-360	360;
];
mpc.gencost = [
	2	0	0	3	0	20	0;
];
mpc.bus_name = { 'Source'; 'It''s a load' };
";

const TAIL: &str = "
[PQ, PV, REF, NONE, BUS_I, BUS_TYPE, PD, QD, GS, BS, BUS_AREA, VM, ...
    VA, BASE_KV, ZONE, VMAX, VMIN, LAM_P, LAM_Q, MU_VMAX, MU_VMIN] = idx_bus;
[F_BUS, T_BUS, BR_R, BR_X, BR_B, RATE_A, RATE_B, RATE_C, ...
    TAP, SHIFT, BR_STATUS] = idx_brch;
Vbase = mpc.bus(1, BASE_KV) * 1e3;      %% in Volts
Sbase = mpc.baseMVA * 1e6;              %% in VA
mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / (Vbase^2 / Sbase);
mpc.bus(:, [PD, QD]) = mpc.bus(:, [PD, QD]) / 1e3;
";

fn read_ok(text: &str) -> MatpowerCase {
    parse("case.m", text.as_bytes()).unwrap_or_else(|error| panic!("{error:?}"))
}

fn faults(text: &str) -> Vec<Problem> {
    match parse("case.m", text.as_bytes()) {
        Err(MatpowerError::Invalid { problems, .. }) => problems,
        other => panic!("expected problems, got {other:?}"),
    }
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12 * b.abs().max(1.0), "{a} is not {b}");
}

#[test]
fn the_least_case_is_read_with_names_and_lines() {
    let case = read_ok(LEAST);
    assert_eq!((case.name.as_str(), case.base_mva), ("least", 10.0));
    assert_eq!(
        (
            case.buses[1].number,
            case.buses[1].pd_mw,
            case.buses[1].line
        ),
        (7, 100.0, 7)
    );
    assert_eq!(
        (
            case.branches[0].from,
            case.branches[0].to,
            case.branches[0].tap()
        ),
        (1, 7, 1.0)
    );
    assert_eq!(
        case.gen_costs[0].curve,
        CostCurve::Polynomial(vec![0.0, 20.0, 0.0])
    );
    assert_eq!(case.bus_names, ["Source", "It's a load"]);
    assert!(case.warnings.is_empty(), "{:?}", case.warnings);
}

#[test]
fn unit_conversions_after_the_tables_are_honoured() {
    // Base impedance 12.66 kV squared over 10 MVA: 16.02756 ohm.
    let case = read_ok(&format!("{LEAST}{TAIL}"));
    close(case.branches[0].r_pu, 0.1);
    close(case.branches[0].x_pu, 0.05);
    close(case.buses[1].pd_mw, 0.1);
    close(case.buses[1].qd_mvar, 0.06);
    assert_eq!(case.buses[1].line, 7);
}

#[test]
fn power_factor_and_constants_are_evaluated() {
    let tail = "define_constants;\npf = 0.8;\nmpc.bus(:, QD) = mpc.bus(:, PD) * sin(acos(pf));\nmpc.bus(:, PD) = mpc.bus(:, PD) .* pf;\n";
    let case = read_ok(&format!("{LEAST}{tail}"));
    close(case.buses[1].pd_mw, 80.0);
    close(case.buses[1].qd_mvar, 60.0);
}

#[test]
fn blocks_ends_and_masks_are_evaluated() {
    let tail = "define_constants;
if 0, mpc.baseMVA = 1; elseif size(mpc.bus, 1) == 2 && true
  mpc.bus(end, PD) = 5; % the last
else
  mpc.bus(1, PD) = 9;
end
k = find(mpc.bus(:, PD) > 1);
mpc.bus(k, QD) = mpc.bus(k, PD)' / 2;
mpc.gen = [mpc.gen; mpc.gen];
mpc.gen(mpc.gen(:, GEN_BUS) == 1, PMAX) = 3;
mpc.gencost(2, :) = mpc.gencost(1, :);
";
    let case = read_ok(&format!("{LEAST}{tail}"));
    assert_eq!(
        (case.base_mva, case.buses[1].pd_mw, case.buses[1].qd_mvar),
        (10.0, 5.0, 2.5)
    );
    assert_eq!(case.generators.len(), 2);
    assert_eq!(
        (case.generators[1].p_max_mw, case.generators[1].line),
        (3.0, 10)
    );
}

#[test]
fn harmless_statements_pass_and_dangerous_ones_do_not() {
    let harmless = "unused = strange_function(3);\ndisp('hello');\nf = @(x) x.^2;\nfor i = 1:3\n  y = i;\nend\n";
    read_ok(&format!("{LEAST}{harmless}"));
    for (bad, line) in [
        ("mpc = scale_load(2, mpc);", 19),
        ("mpc.bus(:, 3) = strange_function(mpc.bus(:, 3));", 19),
        ("x = strange_function(3);\nmpc.bus(:, 3) = x;", 20),
        ("for i = 1:2\n  mpc.bus(i, 3) = 1;\nend", 19),
        ("mpc.bus(:, PDD) = 1;", 19),
        ("mpc.bus(3, [1 2 3]) = [1 2];", 19),
        ("if rand > 0.5\n mpc.baseMVA = 1;\nend", 19),
    ] {
        let problems = faults(&format!("{LEAST}{bad}\n"));
        assert!(
            problems
                .iter()
                .any(|problem| problem.line == line && problem.severity == Severity::Error),
            "{bad}: {problems:?}"
        );
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    let text = LEAST
        .replace("	7	1	100", "	1	1	100")
        .replace("mpc.gen = [\n	1", "mpc.gen = [\n	2")
        .replace("1	7	1.602756	0.801378", "1	71	0	0");
    let problems = faults(&text);
    let on = |line: usize, word: &str| {
        problems
            .iter()
            .any(|problem| problem.line == line && problem.message.contains(word))
    };
    assert!(on(7, "given twice"), "{problems:?}");
    assert!(on(10, "no bus 2"), "{problems:?}");
    assert!(on(13, "no bus 71"), "{problems:?}");
    assert!(on(13, "no impedance"), "{problems:?}");
    // Each is placed at its own number of the row.
    for (line, shown) in [(7, "1"), (10, "2")] {
        let problem = problems
            .iter()
            .find(|problem| problem.line == line)
            .unwrap();
        assert_eq!(
            &text[problem.offset..problem.offset + problem.length],
            shown
        );
    }
    assert_eq!(
        faults(&LEAST.replace("1	7	1.6", "1	71	1.6"))[0]
            .help
            .as_deref(),
        Some("did you mean bus 7?")
    );
}

#[test]
fn ragged_rows_truncation_versions_and_encodings_are_told_apart() {
    let ragged = faults(&LEAST.replace("12.66	1	1.1	0.9;", "12.66	1	1.1;"));
    assert!(
        ragged[0].line == 7 && ragged[0].message.contains("12 columns"),
        "{ragged:?}"
    );
    let cut = faults(&LEAST[..LEAST.find("mpc.gencost").unwrap() - 5]);
    assert!(
        cut.iter()
            .any(|problem| problem.line == 12 && problem.message.contains("not closed")),
        "{cut:?}"
    );
    assert_eq!(
        cut.len(),
        1,
        "what lies behind the cut is not told of as missing: {cut:?}"
    );
    assert!(faults(" \n")[0].message.contains("empty"));
    let first = faults("function [baseMVA, bus, gen, branch] = case9\nbaseMVA = 100;\n");
    assert!(first[0].message.contains("version 1"));
    let first = faults(&LEAST.replace("'2'", "'1'"));
    assert!(
        first[0].line == 3 && first[0].message.contains("version"),
        "{first:?}"
    );
    let Err(MatpowerError::Invalid { problems, .. }) = parse("x", b"mpc.version = '2';\n\xff\n")
    else {
        panic!()
    };
    assert!(problems[0].line == 2 && problems[0].message.contains("UTF-8"));
    assert!(matches!(
        read(Path::new("/nonexistent/case.m")),
        Err(MatpowerError::Unreadable { .. })
    ));
}

#[test]
fn references_and_islands_are_checked() {
    let none = LEAST.replace("	1	3	0	0", "	1	1	0	0");
    assert!(faults(&none)[0].message.contains("no reference"));
    let taken = read_ok(&LEAST.replace("	1	3	0	0", "	1	2	0	0"));
    assert!(taken.warnings[0].message.contains("no reference"));
    let dark = read_ok(&LEAST.replace("0	0	1	-360", "0	0	0	-360"));
    assert!(
        dark.warnings[0].message.contains("no source"),
        "{:?}",
        dark.warnings
    );
    let negative = read_ok(&LEAST.replace("0.801378", "-0.801378"));
    assert_eq!(
        (negative.warnings.len(), negative.warnings[0].line),
        (1, 13)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Any bytes give a case or problems, never a panic.
    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse("fuzz", &bytes);
    }

    /// Text made of the format's own pieces reaches deeper than random bytes.
    #[test]
    fn any_tokens_are_survived(words in proptest::collection::vec(prop::sample::select(vec![
        "mpc", ".bus", "(", ")", "[", "]", "{", "}", ":", "end", "=", "==", ",", ";", "\n", " ", "'", "\"", "1", "-1", "1e9", "Inf",
        "NaN", "...", "%", "%{", "if", "else", "for", "zeros", "find", "+", "-", "*", ".*", "/", "^", "~", "&&", "|", "@", "x", ".'", "idx_bus",
    ]), 0..60)) {
        let _ = parse("fuzz", words.concat().as_bytes());
        let _ = parse("fuzz", format!("{LEAST}{}", words.join(" ")).as_bytes());
    }

    /// A cut case is a shorter case or an error, never a panic; a cut inside a table is always an error.
    #[test]
    fn truncation_is_survived(cut in 0..LEAST.len() + TAIL.len()) {
        let whole = format!("{LEAST}{TAIL}");
        let result = parse("fuzz", &whole.as_bytes()[..cut]);
        if cut < LEAST.find("mpc.gencost").unwrap() - 3 {
            prop_assert!(result.is_err());
        }
    }

    /// Single bytes changed anywhere.
    #[test]
    fn mutation_is_survived(edits in proptest::collection::vec((0..LEAST.len() + TAIL.len(), any::<u8>()), 1..6)) {
        let mut bytes = format!("{LEAST}{TAIL}").into_bytes();
        for (at, byte) in edits {
            bytes[at] = byte;
        }
        let _ = parse("fuzz", &bytes);
    }
}
