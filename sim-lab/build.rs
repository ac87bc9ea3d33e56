//! Tells the program its commit and compiler, for the manifest of every run.

use std::process::Command;

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned())
}

fn main() {
    println!("cargo::rerun-if-changed=../.git/HEAD");
    println!("cargo::rerun-if-changed=../.git/logs/HEAD");
    if let Some(commit) = first_line("git", &["rev-parse", "--short=12", "HEAD"]) {
        println!("cargo::rustc-env=CHOKEPOINT_COMMIT={commit}");
    }
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    if let Some(version) = first_line(&rustc, &["--version"]) {
        println!("cargo::rustc-env=CHOKEPOINT_RUSTC={version}");
    }
}
