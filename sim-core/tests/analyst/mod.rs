//! Scenarios as an analyst writes them: two to six measures that overlap, with dates, sunsets, suspensions, additions,
//! allies, licences and caps, and what governments add beside, on the project's own tables.
//!
//! Not the extremes of the schema: what is written here stands in law, or might. A paper is a function of its number.

use std::fmt::Write as _;

/// Last quarter of every paper: four years, in which all dates lie.
pub(crate) const END: &str = "2022Q4";

/// Numbers of a paper, one after the other (splitmix64).
#[derive(Debug, Clone)]
pub(crate) struct Luck(u64);

impl Luck {
    pub(crate) fn new(number: u64) -> Self {
        Self(number.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(17))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// Some of a list in its order, at least one.
    fn some(&mut self, of: &[&str]) -> String {
        let mut some: Vec<String> =
            of.iter().filter(|_| self.percent(50)).map(|id| format!("\"{id}\"")).collect();
        if some.is_empty() {
            some.push(format!("\"{}\"", self.one(of)));
        }
        format!("[{}]", some.join(", "))
    }

    /// A number with two digits.
    fn between(&mut self, low: f64, high: f64) -> String {
        let part = self.below(101) as f64 / 100.0;
        format!("{:.2}", low + part * (high - low))
    }

    /// The list in another order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

/// The quarter so many quarters after the start, as it is written.
pub(crate) fn quarter(n: usize) -> String {
    format!("\"{}Q{}\"", 2019 + n / 4, n % 4 + 1)
}

/// One table of a paper: `[measures.NAME]` and the like, with its keys as they are written.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) keys: Vec<(&'static str, String)>,
    /// Quarters from the start to its first date.
    pub(crate) from: usize,
}

impl Entry {
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.keys.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str())
    }

    /// Sets a key, or takes it out.
    pub(crate) fn set(&mut self, key: &'static str, value: Option<String>) {
        self.keys.retain(|(name, _)| *name != key);
        self.keys.extend(value.map(|value| (key, value)));
    }
}

/// What an analyst wrote.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    pub(crate) entries: Vec<Entry>,
}

impl Paper {
    /// The paper of a number.
    pub(crate) fn new(number: u64) -> Self {
        let mut luck = Luck::new(number);
        let count = 2 + luck.below(5);
        let mut entries: Vec<Entry> = Vec::new();
        for n in 0..count {
            let measure = if n > 0 && luck.percent(35) {
                let earlier = entries[luck.below(n)].clone();
                revised(&mut luck, &earlier)
            } else {
                fresh(&mut luck)
            };
            entries.push(Entry { id: format!("rule-{n}"), ..measure });
        }
        for n in 0..luck.below(5) {
            entries.push(Entry { id: format!("programme-{n}"), ..programme(&mut luck) });
        }
        Self { entries }
    }

    /// A paper and another one that begins as it does: what starts from some quarter on is another's.
    pub(crate) fn forked(number: u64) -> (Self, Self) {
        let one = Self::new(number);
        let from = 1 + Luck::new(number + 7).below(9);
        let early = one.entries.iter().filter(|entry| entry.from < from).cloned();
        let late = Self::new(number + 10_000).entries.into_iter();
        let late = late.filter(|entry| entry.from >= from);
        let late = late.map(|entry| Entry { id: format!("{}-b", entry.id), ..entry });
        let other = Self { entries: early.chain(late).collect() };
        (one, other)
    }

    /// The text of a scenario file that extends another one.
    pub(crate) fn toml(&self, parent: &str) -> String {
        let mut text = format!(
            "schema = 1\nextends = \"{parent}\"\ntitle = \"A paper\"\nsummary = \"What if.\"\n[time]\nend = \"{END}\"\n"
        );
        for Entry { kind, id, keys, .. } in &self.entries {
            let _ = writeln!(text, "[{kind}.{id}]");
            for (key, value) in keys {
                let _ = writeln!(text, "{key} = {value}");
            }
        }
        text
    }

    /// The same as overrides.
    pub(crate) fn sets(&self) -> Vec<String> {
        let entries = self.entries.iter();
        let lines = |e: &Entry| -> Vec<String> {
            e.keys.iter().map(|(k, v)| format!("{}.{}.{k}={v}", e.kind, e.id)).collect()
        };
        entries.flat_map(lines).collect()
    }

    /// The same under other names and in another order.
    pub(crate) fn renamed(&self, luck: &mut Luck) -> Self {
        let mut names: Vec<String> = (0..self.entries.len())
            .map(|n| format!("{}-of-a-kind", (b'a' + n as u8) as char))
            .collect();
        luck.shuffle(&mut names);
        let mut entries = self.entries.clone();
        for (entry, name) in entries.iter_mut().zip(names) {
            entry.id = name;
        }
        luck.shuffle(&mut entries);
        Self { entries }
    }

    /// Places of the measures.
    pub(crate) fn measures(&self) -> Vec<usize> {
        (0..self.entries.len()).filter(|i| self.entries[*i].kind == "measures").collect()
    }
}

const TOOLS: [&str; 6] =
    ["litho_immersion", "deposition", "etch", "clean", "process_control", "eda"];
const CHIPS: [&str; 3] = ["CHIP-AI", "CHIP-LOGIC", "CHIP-MEM"];
const FABS: [&str; 6] =
    ["smic-advanced", "smic-mature", "hua-hong", "ymtc", "cxmt", "cn-mature-other"];
const FOREIGN_FABS: [&str; 3] = ["samsung-xian", "skhynix-wuxi", "tsmc-nanjing"];
const CHIP_BUYERS: [&str; 4] = ["cn-cloud", "cn-supercomputer", "huawei-devices", "cn-devices"];

/// A measure of one of the sorts that there have been.
fn fresh(luck: &mut Luck) -> Entry {
    let from = 1 + luck.below(9);
    let mut measure = Entry { kind: "measures", id: String::new(), keys: Vec::new(), from };
    let mut write = |key, value: String| measure.set(key, Some(value));
    write("title", "\"A rule\"".into());
    write("reference", "\"r\"".into());
    let sort = luck.below(10);
    match sort {
        0..4 => tools(luck, &mut write),
        4..7 => chips(luck, &mut write),
        7 => list(luck, &mut write),
        8 => partner(luck, &mut write),
        _ => answer(luck, &mut write),
    }
    dates(luck, &mut measure);
    terms(luck, &mut measure);
    if sort < 7 {
        alliances(luck, &mut measure);
    }
    measure
}

/// A rule on tools.
fn tools(luck: &mut Luck, write: &mut impl FnMut(&'static str, String)) {
    write("authority", "\"USA\"".into());
    write("destinations", "[\"CHN\"]".into());
    write("segments", luck.some(&TOOLS));
    if luck.percent(60) {
        write("owners", "[\"CHN\"]".into());
    }
    match luck.below(4) {
        0 => write("end_use", format!("{{ min_level = {}, nand = 1.5 }}", luck.between(-0.5, 1.5))),
        1 => write("end_use", format!("{{ frontier_lag = {} }}", luck.between(1.5, 3.5))),
        _ => {}
    }
    match luck.below(3) {
        0 => write("hard_cap", format!("{{ level = {}, dram = 0.5 }}", luck.between(-0.5, 1.5))),
        1 => write(
            "sliding_scale",
            format!("{{ lag = {}, review_every = 4 }}", luck.between(1.0, 3.0)),
        ),
        _ => write("embargo", "{}".into()),
    }
    if luck.percent(20) {
        write("de_minimis", luck.one(&["0.0", "0.1", "0.25"]).into());
    }
    if luck.percent(20) {
        write("fdpr", "{ trigger = 0.6 }".into());
    }
    if luck.percent(40) {
        write("servicing", "\"barred\"".into());
    }
    if luck.percent(30) {
        let who = luck.some(&FOREIGN_FABS);
        let span = luck.below(6);
        write(
            "validated",
            format!(
                "{{ fabs = {{ end_users = {who}, from = {}, to = {}, reference = \"r\" }} }}",
                quarter(span),
                quarter(span + 2 + luck.below(8))
            ),
        );
    }
}

/// A rule on chips.
fn chips(luck: &mut Luck, write: &mut impl FnMut(&'static str, String)) {
    write("authority", "\"USA\"".into());
    write("destinations", "[\"CHN\"]".into());
    write("segments", luck.some(&CHIPS));
    if luck.percent(70) {
        write("hard_cap", format!("{{ level = {} }}", luck.between(1.5, 3.0)));
    } else {
        write("embargo", "{}".into());
    }
    if luck.percent(70) {
        write("fdpr", "{ trigger = 0.3 }".into());
    }
    if luck.percent(30) {
        write("end_users", luck.some(&CHIP_BUYERS));
    }
}

/// A list of end users.
fn list(luck: &mut Luck, write: &mut impl FnMut(&'static str, String)) {
    write("authority", "\"USA\"".into());
    write("destinations", "[\"CHN\"]".into());
    write("end_users", luck.some(&FABS));
    write("embargo", "{}".into());
    if luck.percent(40) {
        write("lists_detected", "true".into());
    }
}

/// A partner's own rule.
fn partner(luck: &mut Luck, write: &mut impl FnMut(&'static str, String)) {
    write("authority", format!("\"{}\"", luck.one(&["JPN", "NLD", "KOR"])));
    write("destinations", "[\"CHN\"]".into());
    write("segments", luck.some(&TOOLS));
    write("hard_cap", format!("{{ level = {} }}", luck.between(0.0, 1.5)));
}

/// China's answer.
fn answer(luck: &mut Luck, write: &mut impl FnMut(&'static str, String)) {
    write("authority", "\"CHN\"".into());
    write("destinations", luck.one(&["[\"USA\"]", "[\"USA\", \"JPN\"]"]).into());
    write("segments", "[\"GAGE\"]".into());
    write("embargo", "{}".into());
}

/// When a measure holds.
fn dates(luck: &mut Luck, measure: &mut Entry) {
    let in_force = measure.from + luck.one(&[&0_usize, &0, &1, &2, &3]);
    measure.set("announced", Some(quarter(measure.from)));
    measure.set("in_force", Some(quarter(in_force)));
    measure.set("sunset", luck.percent(25).then(|| quarter(in_force + 2 + luck.below(5))));
    let truce = luck.percent(20).then(|| {
        let from = in_force + 1 + luck.below(3);
        let back = format!(", to = {}", quarter(from + 1 + luck.below(3)));
        let to = if luck.percent(70) { back.as_str() } else { "" };
        format!("{{ truce = {{ from = {}{to}, reference = \"r\" }} }}", quarter(from))
    });
    measure.set("suspensions", truce);
    if measure
        .get("end_users")
        .is_some_and(|users| users.contains("smic") || users.contains("ymtc"))
    {
        let at = measure.from + 1 + luck.below(5);
        let in_force = (at + luck.below(2)).max(in_force);
        let news = luck.one(&["", ", salience = 0.1", ", salience = \"champion\""]);
        let more = format!(
            "{{ later = {{ announced = {}, in_force = {}, end_users = [\"hua-hong\", \"cxmt\"], reference = \"r\"{news} }} }}",
            quarter(at),
            quarter(in_force)
        );
        measure.set("additions", luck.percent(50).then_some(more));
    }
}

/// On which terms, how well enforced and how loud.
fn terms(luck: &mut Luck, measure: &mut Entry) {
    let licence = match luck.below(6) {
        0 => Some("{ policy = \"presumption-of-denial\" }".to_owned()),
        1 => Some("{ policy = \"case-by-case\", delay = 2 }".to_owned()),
        2 => Some(format!("{{ approval_rate = {}, fee = 0.15 }}", luck.between(0.3, 1.0))),
        3 => Some(format!(
            "{{ approval_rate = {}, fee = 0.25, quantity_cap = {} }}",
            luck.between(0.5, 1.0),
            luck.one(&["0.1", "0.25", "0.5"])
        )),
        _ => None,
    };
    measure.set("licence", licence);
    let enforcement = luck.one(&["", "", "\"weak\"", "\"strong\"", "0.6"]);
    measure.set("enforcement", (!enforcement.is_empty()).then(|| enforcement.to_owned()));
    let news = luck.one(&["", "\"sector\"", "\"champion\"", "0.1", "0.2"]);
    measure.set("salience", (!news.is_empty()).then(|| news.to_owned()));
}

/// Who joins.
fn alliances(luck: &mut Luck, measure: &mut Entry) {
    let mut allies = Vec::new();
    for home in ["JPN", "NLD", "KOR"] {
        if !luck.percent(30) {
            continue;
        }
        let when = if luck.percent(70) {
            let announced = measure.from + luck.below(4);
            format!(
                "announced = {}, from = {}",
                quarter(announced),
                quarter(announced + luck.below(3))
            )
        } else {
            format!("pressure = {}", luck.between(0.1, 0.9))
        };
        let service = luck.one(&["", ", servicing = \"barred\"", ", except_segments = [\"etch\"]"]);
        let coverage = luck.one(&["1.0", "0.7", "0.5"]);
        allies.push(format!(
            "{home} = {{ {when}, coverage = {coverage}, reference = \"r\"{service} }}"
        ));
    }
    measure.set("allies", (!allies.is_empty()).then(|| format!("{{ {} }}", allies.join(", "))));
}

/// An earlier measure once more, later or on other terms: a successor, or a second layer.
fn revised(luck: &mut Luck, earlier: &Entry) -> Entry {
    let mut measure = earlier.clone();
    if luck.percent(70) {
        measure.from = 1 + luck.below(9);
        measure.set("additions", None);
        measure.set("allies", None);
        dates(luck, &mut measure);
    }
    if luck.percent(60) {
        terms(luck, &mut measure);
    }
    measure
}

/// What a government adds to a market.
fn programme(luck: &mut Luck) -> Entry {
    let from = luck.below(8);
    let open = quarter(from + 2 + luck.below(6));
    let ends = luck.percent(60);
    let mut entry = Entry { kind: "mandates", id: String::new(), keys: Vec::new(), from };
    entry.set("from", Some(quarter(from)));
    entry.set("to", ends.then(|| open.clone()));
    entry.set("source", Some("\"expert-chokepoint\"".into()));
    match luck.below(5) {
        0 => {
            entry.set("owner", Some("\"CHN\"".into()));
            entry.set("logits", Some(luck.between(0.1, 1.0)));
            entry.set("segments", luck.percent(30).then(|| luck.some(&TOOLS)));
        }
        4 => {
            entry.kind = "purchase_rules";
            entry.set("title", Some("\"t\"".into()));
            entry.set("reference", Some("\"r\"".into()));
            entry.set("state", Some("\"CHN\"".into()));
            entry.set("home_share", Some(luck.between(0.2, 1.0)));
            entry.set("compliance", Some(luck.between(0.2, 1.0)));
            entry.set("counted", luck.percent(50).then(|| "\"segment\"".into()));
            entry.set("missing", luck.percent(50).then(|| "\"unbought\"".into()));
            entry.set("segments", luck.percent(50).then(|| luck.some(&TOOLS)));
        }
        1 => {
            entry.kind = "subsidies";
            entry.set("to", Some(open));
            entry.set("home", Some(format!("\"{}\"", luck.one(&["CHN", "CHN", "USA", "JPN"]))));
            entry.set("usd_m_per_year", Some(luck.between(100.0, 3000.0)));
            entry.set("crowding_out", luck.percent(50).then(|| luck.between(0.0, 0.5)));
            entry.set("segments", luck.percent(50).then(|| luck.some(&TOOLS)));
        }
        2 => {
            entry.kind = "purchase_subsidies";
            entry.set("owner", Some("\"CHN\"".into()));
            entry.set("home", Some("\"CHN\"".into()));
            entry.set("rate", Some(luck.between(0.05, 0.3)));
            entry.set("segments", luck.percent(50).then(|| luck.some(&TOOLS)));
        }
        _ => {
            entry.kind = "market_access";
            entry.set("home", Some(format!("\"{}\"", luck.one(&["USA", "JPN"]))));
            entry.set("locations", Some(luck.some(&["TWN", "KOR", "JPN", "DEU"])));
            entry.set("logits", Some(luck.between(0.0, 0.3)));
            entry.set("extra_demand", Some(luck.between(0.0, 0.1)));
            entry.set("segments", luck.percent(50).then(|| luck.some(&TOOLS)));
        }
    }
    entry
}
