//! The files of a figure: well-formed, escaped, readable aloud, repeatable, and equal to the data.

use crate::{chart_boxes, chart_data};
use resvg::tiny_skia::Pixmap;
use roxmltree::Document;
use sim_charts::palette::style;
use sim_charts::{ChartError, Figure, labels, loss_fan, share_panels, text};

fn both() -> [Figure; 2] {
    [
        loss_fan(&chart_data::frame("loss-fan"), &chart_data::fan(4)).expect("drawn"),
        share_panels(&chart_data::frame("share-panels"), &chart_data::shares(6, 4)).expect("drawn"),
    ]
}

#[test]
fn the_root_is_an_image_with_title_and_description() {
    for figure in both() {
        let document = Document::parse(&figure.svg).expect("well-formed");
        let root = document.root_element();
        let frame = chart_data::frame(&figure.id);
        let child = |name| root.children().find(|n| n.has_tag_name(name)).expect("present");
        assert_eq!(root.attribute("role"), Some("img"));
        assert_eq!(root.attribute("viewBox"), Some("0 0 9600 6200"));
        assert_eq!(child("title").text(), Some(frame.headline.as_str()));
        assert_eq!(child("desc").text(), Some(frame.alt.as_str()));
        for id in root.attribute("aria-labelledby").expect("labelled").split(' ') {
            assert!(root.children().any(|n| n.attribute("id") == Some(id)), "{id}");
        }
    }
}

#[test]
fn every_string_of_the_user_is_escaped() {
    let evil = "</text><script>alert('x')</script> & \"quoted\" \u{0}\u{1b}\u{202e} ]]>";
    let mut frame = chart_data::frame("evil");
    for words in [&mut frame.headline, &mut frame.subtitle, &mut frame.source_line, &mut frame.alt]
    {
        evil.clone_into(words);
    }
    frame.stamp = Some(evil.to_owned());
    let mut fan = chart_data::fan(1);
    evil.clone_into(&mut fan.panels[0].name);
    evil.clone_into(&mut fan.events[0].label);
    evil.clone_into(&mut fan.unit);
    let mut shares = chart_data::shares(4, 1);
    evil.clone_into(&mut shares.panels[0].name);
    shares.panels.iter_mut().for_each(|p| evil.clone_into(&mut p.series[0].name));
    for figure in
        [loss_fan(&frame, &fan).expect("drawn"), share_panels(&frame, &shares).expect("drawn")]
    {
        let document = Document::parse(&figure.svg).expect("well-formed");
        assert!(document.descendants().all(|n| !n.has_tag_name("script")));
        assert!(chart_boxes::boxes(&figure).iter().any(|b| b.text.contains("<script>")));
    }
    frame.id = "a\"b".to_owned();
    assert!(matches!(loss_fan(&frame, &fan), Err(ChartError::Id { .. })));
}

#[test]
fn repeated_runs_give_the_same_bytes() {
    for (a, b) in both().into_iter().zip(both()) {
        assert_eq!(a, b);
        assert_eq!(a.png(400).expect("rendered"), b.png(400).expect("rendered"));
    }
}

#[test]
fn the_png_shows_text_and_data() {
    for figure in both() {
        let image = Pixmap::decode_png(&figure.png(960).expect("rendered")).expect("a PNG");
        assert_eq!((image.width(), image.height()), (960, 620));
        let share_of = |top: u32, bottom: u32, dark: u8| {
            let rows = &image.pixels()[(top * 960) as usize..(bottom * 960) as usize];
            let hits = rows.iter().filter(|p| p.red().min(p.green()).min(p.blue()) < dark);
            hits.count() as f64 / rows.len() as f64
        };
        assert!(share_of(28, 90, 80) > 0.02, "the headline is missing in {}", figure.id);
        assert!(share_of(180, 560, 200) > 0.03, "the data are missing in {}", figure.id);
        assert!(image.pixels().iter().all(|p| p.alpha() == 255));
    }
    assert!(matches!(both()[0].png(0), Err(ChartError::Width { .. })));
}

#[test]
fn colours_have_contrast_and_differ() {
    let styles: Vec<_> = (0..=6).map(style).collect();
    for (i, a) in styles.iter().enumerate() {
        assert!(a.line.contrast() >= 3.0, "line {i}: {:.2}", a.line.contrast());
        assert!(a.text.contrast() >= 4.5, "text {i}: {:.2}", a.text.contrast());
        for b in &styles[i + 1..] {
            assert_ne!(a.line, b.line);
            assert!(i == 0 || (a.dash != b.dash && a.marker != b.marker));
        }
    }
}

#[test]
fn the_table_holds_what_is_plotted() {
    let [fan, shares] = both();
    let mut lines = fan.csv.lines();
    assert_eq!(lines.next(), Some("panel,quantity,time_years,value_usd_bn"));
    assert_eq!(lines.count(), 4 * (5 * 44 + 500) + 3);
    let data = chart_data::fan(4);
    let row = format!("Hard cap,p50,2031.875,{}", data.panels[1].p50[43] * 1e-9);
    assert!(fan.csv.lines().any(|line| line == row), "{row}");
    assert!(fan.csv.lines().any(|line| line == "Oct 2022,event,2022.77,"));

    let mut lines = shares.csv.lines();
    assert_eq!(lines.next(), Some("panel,series,quantity,time_years,value_percent"));
    assert_eq!(lines.count(), 6 * 5 * 3 * 44 + 3);
    assert!(shares.csv.contains("\n\"Logic, advanced\",No control,p05,2021.125,"));
}

#[test]
fn wrong_data_are_named() {
    let frame = chart_data::frame("wrong");
    let fan = |change: &dyn Fn(&mut sim_charts::LossFan)| {
        let mut data = chart_data::fan(2);
        change(&mut data);
        loss_fan(&frame, &data).expect_err("refused")
    };
    assert!(matches!(fan(&|d| d.panels.clear()), ChartError::Count { count: 0, .. }));
    assert!(matches!(fan(&|d| d.times[3] = d.times[2]), ChartError::Times { index: 3 }));
    assert!(matches!(fan(&|d| d.panels[1].p25.truncate(9)), ChartError::Length { found: 9, .. }));
    assert!(matches!(
        fan(&|d| d.panels[0].p50[7] = f64::NAN),
        ChartError::NotFinite { index: 7, .. }
    ));
    assert!(matches!(fan(&|d| d.panels[0].p05[7] = 1.0), ChartError::Crossing { index: 7, .. }));

    let mut shares = chart_data::shares(2, 2);
    shares.panels[1].series[0].p95[4] = 104.0;
    let error = share_panels(&frame, &shares).expect_err("refused");
    assert!(matches!(error, ChartError::Share { index: 4, .. }), "{error}");
    let mut shares = chart_data::shares(2, 2);
    shares.panels[1].series.swap(1, 2);
    let error = share_panels(&frame, &shares).expect_err("refused");
    assert!(matches!(error, ChartError::Series { .. }), "{error}");

    let mut frame = frame.clone();
    frame.alt = " ".to_owned();
    let error = loss_fan(&frame, &chart_data::fan(1)).expect_err("refused");
    assert_eq!(error, ChartError::Empty { part: "alt text" });
}

#[test]
fn labels_keep_order_distance_and_bounds() {
    let targets = [50.0, 12.0, 51.0, 49.0, 99.0, 100.0, 12.0];
    let slots: Vec<_> = targets.iter().map(|t| labels::Slot { target: *t, extent: 10.0 }).collect();
    let centres = labels::spread(&slots, 0.0, 104.0).expect("70 of 104 px");
    let mut order: Vec<usize> = (0..7).collect();
    order.sort_by(|a, b| targets[*a].total_cmp(&targets[*b]));
    for pair in order.windows(2) {
        assert!(centres[pair[1]] - centres[pair[0]] >= 10.0 - 1e-9, "{centres:?}");
    }
    assert!(centres.iter().all(|c| (5.0..=99.0).contains(c)), "{centres:?}");
    assert_eq!(labels::spread(&slots, 0.0, 69.0), None);
    let free =
        [labels::Slot { target: 20.0, extent: 10.0 }, labels::Slot { target: 40.0, extent: 10.0 }];
    assert_eq!(labels::spread(&free, 0.0, 60.0), Some(vec![20.0, 40.0]));
}

#[test]
fn text_is_measured_and_wrapped() {
    // DejaVu Sans: "A" is 1401 of 2048 units wide, its bold 1585.
    assert!((text::width("AA", 20.48, false) - 28.02).abs() < 1e-9);
    assert!((text::width("AA", 20.48, true) - 31.70).abs() < 1e-9);
    let lines = text::wrap("one two  three\nfour", 14.0, false, 70.0);
    assert_eq!(lines, ["one two", "three four"]);
    for words in ["", "a", "Donaudampfschifffahrt", "a b c d e f g h i j k l m n o p"] {
        for line in text::wrap(words, 14.0, true, 40.0) {
            assert!(text::width(&line, 14.0, true) <= 40.0, "{line}");
        }
    }
    assert_eq!(text::wrap_to("one two three", 14.0, false, 60.0, 1), ["one t…"]);
}
