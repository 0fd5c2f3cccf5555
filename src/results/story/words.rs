//! Words and numbers of the story: plurals, lists, thousands, names of things as people call them.

use crate::results::outcome::RunOutcome;

/// A whole number with thousands separated: `12,345`.
#[must_use]
pub fn whole(x: f64) -> String {
    let digits = format!("{:.0}", x.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if x < -0.5 { format!("-{out}") } else { out }
}

/// A quantity with as many decimals as it deserves: `412`, `41.2`, `0.41`.
#[must_use]
pub fn amount(x: f64) -> String {
    match x.abs() {
        a if a >= 99.95 => whole(x),
        a if a >= 9.95 => trimmed(format!("{x:.1}")),
        a if a >= 0.0995 || a == 0.0 => trimmed(format!("{x:.1}")),
        a if a >= 0.005 => format!("{x:.2}"),
        _ => "less than 0.01".to_owned(),
    }
}

fn trimmed(s: String) -> String {
    s.strip_suffix(".0").map_or(s.clone(), str::to_owned)
}

/// `no customers`, `1 customer`, `12,345 customers`.
#[must_use]
pub fn count(n: f64, one: &str, many: &str) -> String {
    match n.round() {
        n if n <= 0.0 => format!("no {many}"),
        n if n <= 1.0 => format!("1 {one}"),
        n => format!("{} {many}", whole(n)),
    }
}

/// A duration in hours as people say it: `45 min`, `1 h`, `9.2 h`.
#[must_use]
pub fn duration(h: f64) -> String {
    if h * 60.0 < 99.5 && (h - 1.0).abs() > 1e-9 {
        let min = h * 60.0;
        if min > 0.0 && min < 0.95 {
            "less than 1 min".to_owned()
        } else {
            format!("{min:.0} min")
        }
    } else {
        format!("{} h", amount(h))
    }
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The first letter large.
#[must_use]
pub fn sentence(s: &str) -> String {
    let mut chars = s.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// An element as people call it: `line L07`, `feeder F031`, `transformer S03-T1`, or a plant's own name.
#[must_use]
pub fn thing(o: &RunOutcome, name: &str) -> String {
    let grid = &o.plan.city.grid;
    let parts: Vec<&str> = name.split('/').collect();
    match parts.as_slice() {
        ["district", id] => {
            let found = o.plan.city.districts.iter().find(|d| d.id == *id);
            found.map_or_else(|| format!("district {id}"), |d| d.name.clone())
        }
        ["grid", "plant", id] => {
            let found = grid.plants.iter().find(|p| p.id == *id);
            match found {
                Some(p) if p.name != p.id && !p.name.is_empty() => format!("the plant {}", p.name),
                _ => format!("plant {id}"),
            }
        }
        ["grid", "load", id] => match grid.loads.iter().find(|l| l.id == *id) {
            Some(l) => match o.plan.city.districts.get(l.district) {
                Some(d) => format!("a service transformer in {} ({id})", d.name),
                None => format!("a service transformer at {id}"),
            },
            None => format!("a service transformer at {id}"),
        },
        ["water", "main", id] => format!("the water main {id}"),
        ["water", "station", id] => format!("the pump station {id}"),
        ["water", "tank", id] => format!("the water tank {id}"),
        ["grid", "external", id] => format!("the external grid {id}"),
        [_, table, id] => format!("{} {id}", table.replace('_', " ")),
        _ => name.to_owned(),
    }
}

/// A city's name as people write it: `Lakeside` for `lakeside`, `Port Arthur` for `port-arthur`.
#[must_use]
pub fn city_name(name: &str) -> String {
    if name.chars().any(char::is_uppercase) {
        return name.to_owned();
    }
    let words: Vec<String> = name
        .split(['-', '_', ' '])
        .filter(|w| !w.is_empty())
        .map(sentence)
        .collect();
    words.join(" ")
}

/// A text in which elements' full names, such as `grid/external/EXT`, are what people call them.
#[must_use]
pub fn with_things(o: &RunOutcome, text: &str) -> String {
    let words: Vec<String> = text
        .split(' ')
        .map(|word| {
            let name = word.trim_end_matches([',', ';', '.', ':']);
            match o.elements.find(name) {
                Some(_) => format!("{}{}", thing(o, name), &word[name.len()..]),
                None => word.to_owned(),
            }
        })
        .collect();
    words.join(" ")
}

/// What a kind of event did, as a verb phrase after the element's name.
#[must_use]
pub fn verb(kind: &str) -> String {
    match kind {
        "line_failure" | "transformer_failure" | "plant_failure" => "failed",
        "service_unit_failure" => "burnt out",
        "main_burst" => "burst",
        "station_failure" => "failed",
        "pump_station_dark" => "lost its power",
        "tank_empty" => "ran empty",
        "line_trip" | "feeder_trip" | "transformer_trip" => "tripped",
        "feeder_shed_auto" => "was shed automatically",
        "feeder_shed" => "was shed by command",
        "island_dark" => "went dark",
        other => return format!("had the event {}", other.replace('_', " ")),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(whole(1_234_567.4), "1,234,567");
        assert_eq!(whole(999.0), "999");
        assert_eq!(amount(412.4), "412");
        assert_eq!(amount(41.24), "41.2");
        assert_eq!(amount(6.0), "6");
        assert_eq!(amount(0.0), "0");
        assert_eq!(amount(0.034), "0.03");
        assert_eq!(duration(0.75), "45 min");
        assert_eq!(duration(1.0), "1 h");
        assert_eq!(duration(9.24), "9.2 h");
    }

    #[test]
    fn plurals_and_lists() {
        assert_eq!(count(0.0, "customer", "customers"), "no customers");
        assert_eq!(count(1.0, "customer", "customers"), "1 customer");
        assert_eq!(count(2000.0, "customer", "customers"), "2,000 customers");
        let s = |x: &[&str]| list(&x.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(s(&["a"]), "a");
        assert_eq!(s(&["a", "b", "c"]), "a, b and c");
        assert_eq!(sentence("line L1"), "Line L1");
        assert_eq!(city_name("port-arthur"), "Port Arthur");
        assert_eq!(city_name("McMurdo"), "McMurdo");
    }
}
