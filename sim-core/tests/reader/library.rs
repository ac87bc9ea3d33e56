//! A small complete scenario directory in memory.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sim_core::policy::idle;
use sim_core::scenario::load::{self, Found, Reading, Unreadable, Wanted};
use sim_core::scenario::mechanism::MECHANISMS;
use sim_core::scenario::param::SPECS;
use sim_core::scenario::problem::Problems;

/// Files by path.
#[derive(Debug, Clone)]
pub(crate) struct Library(pub(crate) BTreeMap<String, String>);

const HEAD: &str = r#"schema = 1
title = "Base"
summary = "Nothing happens."
[time]
start = "2019Q1"
end = "2020Q4"
[data]
directory = "data"
sources = "sources.toml"
[mechanisms]
@MECHANISMS@
[prior_news.zte]
authority = "USA"
owners = "CHN"
at = 2018-04-16
salience = "champion"
reference = "ZTE"
"#;

/// A measure that is right in all respects.
pub(crate) const MEASURE: &str = r#"extends = "base.toml"
title = "Child"
[measures.rule]
title = "Rule"
reference = "Federal Register"
authority = "USA"
announced = "2019-05-16"
in_force = "2019Q3"
destinations = ["CHN"]
hard_cap = { level = 1.0 }
"#;

const TABLES: [(&str, &str); 10] = [
    (
        "jurisdictions",
        "id,name,bloc,source,grade,relation,diversion\n\
         USA,United States,us,doc,expert,0.5,0\n\
         CHN,China,china,doc,expert,0.5,0\n\
         NLD,Netherlands,third,doc,expert,0.5,0\n",
    ),
    (
        "segments",
        "id,name,class,buyers,family,size_2019_usd_m,node_following,need_level,lead,difficulty,\
         service_dependence,scored,size_source,size_grade,traits_source,traits_grade,service_share,network,note\n\
         N1,Etching,etch,fab,process,1000,1,0,1,medium,0.5,yes,doc,measured,doc,expert,0.3,0,\n\
         N2,Design software,eda,designer,none,500,0,0,1,medium,0.5,no,doc,measured,doc,expert,0.3,0,\n",
    ),
    (
        "shares",
        "segment,country,share_pct,rounding_pct,source,grade,note\n\
         N1,USA,60,0.5,doc,measured,\n\
         N1,NLD,40,0.5,doc,measured,\n\
         N2,USA,100,0.5,doc,measured,\n",
    ),
    (
        "suppliers",
        "id,name,tag,legal,behaviour,source,grade,note\n\
         alpha,Alpha,USA,USA,USA,doc,expert,\n\
         beta,Beta,NLD,NLD,NLD,doc,expert,\n\
         gamma,Gamma,CHN,CHN,CHN,doc,expert,\n",
    ),
    (
        "products",
        "segment,supplier,slot,state,tier,level,level_spread,us_content,us_dependence,source,\
         grade,made_by,note\n\
         N1,alpha,0,incumbent,1,3,0,0.7,1,doc,expert,,\n\
         N1,beta,1,incumbent,1,3,0.5,0.1,0.8,doc,expert,,\n\
         N1,gamma,2,roster_zero,2,0,1,0.2,0.5,doc,expert,,\n\
         N2,alpha,3,incumbent,1,3,0,0.7,1,doc,expert,,\n",
    ),
    (
        "lines",
        "id,name,slot,kind,family,owner,location,level,ambition,path,share_2019,share_2024,\
         state_exposure,mature_twin,source,grade,tag,note\n\
         fab-a,Fab A,0,fab,logic,CHN,CHN,1,0.5,fab-CN-domestic,0.75,0.5,0.8,fab-b,doc,expert,,\n\
         fab-b,Fab B,1,fab,logic,CHN,CHN,0,0,fab-CN-domestic,0.25,0.5,0.8,,doc,expert,,\n\
         fab-c,Fab C,2,fab,dram,NLD,CHN,2,0.5,fab-CN-foreign,1,1,0,,doc,expert,,\n\
         us-fab,Fab U,3,fab,logic,USA,USA,2,0.5,fab-US,1,1,0,,doc,expert,,\n\
         us-design,Design U,4,designer,none,USA,USA,0,0,eda-US,1,1,0,,doc,expert,,\n",
    ),
    (
        "spending",
        "path,year,usd_m,source,grade,note\n\
         fab-CN,2018,90,doc,measured,\n\
         fab-CN,2019,100,doc,measured,\n\
         fab-CN,2020,110,doc,measured,\n\
         fab-US,2018,90,doc,measured,\n\
         fab-US,2019,100,doc,measured,\n\
         fab-US,2020,110,doc,measured,\n\
         eda-US,2018,90,doc,measured,\n\
         eda-US,2019,100,doc,measured,\n\
         eda-US,2020,110,doc,measured,\n",
    ),
    (
        "deflator",
        "year,index,source,grade\n2018,0.99,doc,expert\n2019,1,doc,expert\n2020,1.01,doc,expert\n",
    ),
    (
        "spend_weights",
        "family,class,level_0,level_2,level_4,level_6,source,grade,note\n\
         logic,etch,1,1,1,1,doc,expert,\n\
         dram,etch,1,1,1,1,doc,expert,\n\
         designer,eda,1,1,1,1,doc,expert,\n",
    ),
    (
        "routes",
        "route,family,class,factor,role,source,grade,note\n\
         multipatterning,logic,etch,1.2,critical,doc,expert,\n\
         chiplets,logic,etch,1,critical,doc,expert,\n\
         chiplets,logic,hybrid_bonding,3,bonding,doc,expert,\n",
    ),
];

impl Library {
    /// A baseline `base.toml`, its tables and sources.
    pub(crate) fn new() -> Self {
        let switches: Vec<String> =
            MECHANISMS.iter().map(|spec| format!("{} = true", spec.key)).collect();
        let mut base = HEAD.replace("@MECHANISMS@", &switches.join("\n"));
        for spec in SPECS {
            let middle = f64::midpoint(spec.low, spec.high);
            let _ = write!(
                base,
                "[parameters.{}]\nvalue = {middle:?}\nunit = \"{}\"\nsource = \"doc\"\n\
                 grade = \"expert\"\n",
                spec.key, spec.unit
            );
        }
        let mut files = BTreeMap::new();
        files.insert("base.toml".to_owned(), base);
        files.insert("sources.toml".to_owned(), "[sources.doc]\ntitle = \"Doc\"\n".to_owned());
        for (name, text) in TABLES {
            files.insert(format!("data/{name}.csv"), text.to_owned());
        }
        Self(files)
    }

    /// The same with a child `child.toml`.
    pub(crate) fn with_child(child: &str) -> Self {
        let mut library = Self::new();
        library.0.insert("child.toml".to_owned(), child.to_owned());
        library
    }

    /// The same with a text replaced in a file.
    pub(crate) fn replaced(mut self, file: &str, from: &str, to: &str) -> Self {
        let text = self.0.get_mut(file).expect("the file is in the library");
        assert!(text.contains(from), "`{from}` is not in {file}");
        *text = text.replacen(from, to, 1);
        self
    }

    /// Loads a scenario.
    pub(crate) fn load(&self, main: &str, sets: &[&str]) -> Result<Reading, Problems> {
        let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
        load::load(
            main,
            &sets,
            &mut |wanted: &Wanted| {
                self.0
                    .get(&wanted.path)
                    .map(|text| Found { path: wanted.path.clone(), text: text.clone() })
                    .ok_or_else(|| Unreadable { message: "no such file".to_owned(), help: None })
            },
            idle::find,
        )
    }

    /// All problems or warnings as lines of text.
    pub(crate) fn report(&self, main: &str, sets: &[&str]) -> Vec<String> {
        let problems = match self.load(main, sets) {
            Ok(reading) => reading.warnings,
            Err(Problems(problems)) => problems,
        };
        problems.iter().map(ToString::to_string).collect()
    }
}

#[test]
fn the_library_is_valid() {
    assert_eq!(Library::new().report("base.toml", &[]), [""; 0]);
    assert_eq!(Library::with_child(MEASURE).report("child.toml", &[]), [""; 0]);
}
