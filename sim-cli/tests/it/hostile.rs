//! Scenarios from elsewhere: what they say is shown and nothing more. No page obeys it, no terminal does, and no file
//! outside of what was named is read or written.

use std::fs;
use std::path::{Path, PathBuf};

use super::{chokepoint, root};

const EVIL: &str = "<script>alert(1)</script>\\\" onload=x <img src=x onerror=alert(2)> & ]]>";

/// A project with a hostile scenario and hostile tables.
fn project(place: &Path) -> PathBuf {
    let data = place.join("data");
    fs::create_dir(&data).unwrap();
    for entry in fs::read_dir(root().join("scenarios/data")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "csv") {
            fs::copy(&path, data.join(path.file_name().unwrap())).unwrap();
        }
    }
    let suppliers = data.join("suppliers.csv");
    let text = fs::read_to_string(&suppliers).unwrap();
    let evil = text.replace("\nasml,ASML,", "\nasml,<script>alert('ASML')</script>,");
    assert_ne!(text, evil);
    fs::write(&suppliers, evil).unwrap();
    for (name, title) in [("base & co", "Nobody"), ("evil", EVIL)] {
        let parent = if name == "evil" { "hard-cap" } else { "baseline" };
        let text = format!(
            "schema = 1\nextends = \"{}/scenarios/{parent}.toml\"\nid = \"{}\"\ntitle = \"{title}\"\n\
             summary = \"{EVIL}\"\n[time]\nend = \"2022Q4\"\n[data]\ndirectory = \"data\"\n",
            root().display(),
            name.replace(" & ", "-"),
        );
        fs::write(place.join(format!("{name}.toml")), text).unwrap();
    }
    place.join("evil.toml")
}

/// No script, no handler, no address: what a browser could obey.
fn harmless(path: &Path) {
    let text = fs::read_to_string(path).unwrap();
    for tag in ["<script", "<img", "<iframe", "<a ", "<foreignObject", "javascript:", "]]>"] {
        assert!(!text.contains(tag), "{}: {tag}", path.display());
    }
    for piece in text.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap();
        assert!(
            !tag.contains(" onload=") && !tag.contains(" onerror="),
            "{}: {tag}",
            path.display()
        );
    }
}

fn printable(text: &[u8]) {
    let text = std::str::from_utf8(text).unwrap();
    let bad = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    assert_eq!(bad, None, "{text:?}");
}

#[test]
fn hostile_names_reach_no_page_and_no_terminal() {
    let place = tempfile::tempdir().unwrap();
    let evil = project(place.path());
    let run = place.path().join("run");
    let mut command = chokepoint();
    command.args(["compare", "--replicates", "2", "--out"]).arg(&run);
    command.arg("--baseline").arg(place.path().join("base & co.toml")).arg(&evil);
    let done = command.assert().success();
    printable(&done.get_output().stdout);
    printable(&done.get_output().stderr);
    for verb in ["chart", "brief"] {
        let done = chokepoint().arg(verb).arg(&run).assert().success();
        printable(&done.get_output().stderr);
    }
    let mut pages = 0;
    for folder in [run.clone(), run.join("figures")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "svg" || ending == "html") {
                harmless(&path);
                pages += 1;
            }
        }
    }
    assert!(pages >= 5, "{pages}");
    let page = fs::read_to_string(run.join("brief.html")).unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)"), "the title is nowhere");
    // A table keeps its columns.
    let summary = fs::read_to_string(run.join("summary.csv")).unwrap();
    let columns = |line: &str| line.split(',').count();
    let first = columns(summary.lines().next().unwrap());
    assert!(summary.lines().all(|line| columns(line) == first));
}

#[test]
fn control_characters_and_ids_that_are_paths_are_refused() {
    let place = tempfile::tempdir().unwrap();
    let parent = root().join("scenarios/hard-cap.toml");
    let scenario = |name: &str, head: &str| {
        let path = place.path().join(name);
        let text =
            format!("schema = 1\nextends = \"{}\"\nsummary = \"S\"\n{head}\n", parent.display());
        fs::write(&path, text).unwrap();
        path
    };
    for (name, head, says) in [
        ("a.toml", "title = \"\\u001b]0;x\\u0007\"", "the text holds the control character U+001B"),
        ("b.toml", "title = \"x\\u202Ey\"", "the text holds the control character U+202E"),
        ("c.toml", "title = \"one\\ntwo\"", "the title has a line break"),
        ("d.toml", "title = \"T\"\nid = \"../../outside\"", "cannot be an id"),
        ("e.toml", "title = \"T\"\nid = \"/tmp/outside\"", "cannot be an id"),
        (
            "f.toml",
            "title = \"T\"\n[measures.\"x\\u001b[2J\"]\n",
            "the key holds the control character",
        ),
        ("g,h.toml", "title = \"T\"", "`g,h` cannot be an id"),
        ("=1+1.toml", "title = \"T\"", "cannot be an id"),
    ] {
        let path = scenario(name, head);
        let done = chokepoint().arg("check").arg(&path).assert().code(3);
        let text = String::from_utf8(done.get_output().stderr.clone()).unwrap();
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("bad-text") && flat.contains(says), "{name}: {text}");
        printable(text.as_bytes());
        let out = place.path().join("run");
        chokepoint().arg("run").arg(&path).arg("--out").arg(&out).assert().code(3);
        assert!(!out.exists());
    }
}

#[test]
fn no_file_outside_is_read_or_shown() {
    let place = tempfile::tempdir().unwrap();
    let secret = place.path().join("secret.txt");
    fs::write(&secret, "the secret = [of this machine\n").unwrap();
    let told = |text: &str| {
        let path = place.path().join("mine.toml");
        fs::write(&path, text).unwrap();
        let done = chokepoint().arg("check").arg(&path).assert().code(3);
        String::from_utf8(done.get_output().stderr.clone()).unwrap()
    };
    for parent in ["secret.txt", "/etc/passwd", "../../../../../../etc/passwd", "."] {
        let text = told(&format!("schema = 1\nextends = \"{parent}\"\ntitle = \"T\"\n"));
        assert!(text.contains("unreadable-file"), "{text}");
        assert!(!text.contains("of this machine") && !text.contains("root:"), "{text}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&secret, place.path().join("link.toml")).unwrap();
        let text = told("schema = 1\nextends = \"link.toml\"\ntitle = \"T\"\n");
        assert!(text.contains("link") && !text.contains("of this machine"), "{text}");
    }
    let baseline = root().join("scenarios/baseline.toml");
    let text = told(&format!(
        "schema = 1\nextends = \"{}\"\ntitle = \"T\"\n[data]\nsources = \"/etc/passwd\"\n",
        baseline.display()
    ));
    assert!(!text.contains("root:"), "{text}");
}
