//! The mechanisms of the model: one registry for switch, meaning and neutral value.
//!
//! A mechanism that is off has its neutral value, bit for bit, so an ablation is one line of TOML.

/// What the registry knows of a mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MechanismSpec {
    /// Key under `[mechanisms]`.
    pub key: &'static str,
    /// Codes of the founding report's systems that it serves.
    pub codes: &'static str,
    /// Meaning in one sentence.
    pub doc: &'static str,
    /// What the model does without it.
    pub neutral: &'static str,
}

macro_rules! mechanisms {
    ($( $field:ident, $key:literal, $codes:literal, $doc:literal, $neutral:literal; )*) => {
        /// Which mechanisms run. Off means the mechanism's neutral value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Mechanisms { $( #[doc = $doc] pub $field: bool, )* }

        /// The registry.
        pub const MECHANISMS: &[MechanismSpec] = &[ $( MechanismSpec {
            key: $key, codes: $codes, doc: $doc, neutral: $neutral,
        }, )* ];

        impl Mechanisms {
            /// Builds the struct from flags in the order of [`MECHANISMS`].
            ///
            /// # Panics
            /// If there are fewer flags than mechanisms: callers size them from there.
            pub fn from_flags(flags: &[bool]) -> Self {
                let mut flags = flags.iter().copied();
                Self { $( $field: flags.next().expect("one flag for each mechanism"), )* }
            }

            /// The switch of a place in [`MECHANISMS`].
            pub fn switch(&mut self, place: usize) -> &mut bool {
                let switches: [&mut bool; MECHANISMS.len()] = [ $( &mut self.$field, )* ];
                switches.into_iter().nth(place).expect("a place in the registry")
            }
        }
    };
}

mechanisms! {
    salience, "salience", "C8", "Measures are news beyond the purchases that they bar.", "no measure has news value";
    beliefs, "beliefs", "C8", "Buyers revise their trust in a supplying country.", "beliefs stay where they began";
    stockpiling, "stockpiling", "C4", "Buyers who fear a cut-off stock up, and pull purchases forward before announced dates.", "no stock is wanted";
    reactive_mandate, "reactive-mandate", "C5", "China's push for domestic products grows with distrust.", "the push does not react";
    reactive_capex, "reactive-capex", "C6", "China's spending grows with distrust.", "all spending is on its path";
    stickiness, "stickiness", "C1", "What is installed is bought again.", "installed shares do not matter";
    drift, "drift", "C1", "Entrants come to be judged like others of their bloc.", "unexplained utility stays";
    entry, "entry", "C1", "New suppliers may appear.", "no entrant appears";
    rationing, "rationing", "T1", "Capacity limits sales.", "every order is filled";
    learning, "learning", "U3", "Cost falls with experience.", "unit costs stay";
    research, "research", "U3", "Products advance by research.", "levels stay";
    fabs, "fabs", "U4", "Lines climb with their tools.", "process levels stay";
    research_feedback, "research-feedback", "U3", "Research is paid from revenue.", "research budgets follow the size of the segment, not the supplier's revenue";
    routes, "routes", "C3", "Lines that are barred from one technology spend on another route.", "every line spends by the table of weights";
    grey_channel, "grey-channel", "C4", "Barred goods can be had through shells, domestic networks and false end use, at a premium.", "barred goods cannot be had";
    redesign, "redesign", "T3", "Suppliers under foreign reach remove US content.", "US content stays";
    us_free_marketing, "us-free-marketing", "T2", "Suppliers that no control reaches win orders by saying so.", "nobody gains by being out of reach";
    standards, "standards", "U7", "Buyers prefer the standard family that is installed around them.", "installed standards do not matter";
    service, "service", "P9", "Installed tools need service and spares, which are revenue.", "tools need no service";
    weighed_alignment, "weighed-alignment", "T4", "Allied governments weigh revenue at stake against pressure.", "an ally without a date never aligns";
    erosion, "erosion", "P8", "What a rule asks for changes over time where its numbers are dated.", "every dated number of a measure stays as it was for its first date";
    purchase_rules, "purchase-rules", "C5", "Buyers' states limit what their lines may buy abroad.", "no buyer's state limits purchases";
    luck, "luck", "U1", "Products fare better or worse for reasons that no other mechanism has.", "unexplained utility does not wander";
}
