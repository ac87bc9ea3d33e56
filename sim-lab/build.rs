//! Tells the program its commit and compiler, for the manifest of every run. Whoever builds without a repository can
//! name the commit by the variable `CHOKEPOINT_COMMIT`.

use std::process::Command;

const COMMIT: &str = "CHOKEPOINT_COMMIT";

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned())
}

/// The commit of the repository, asked again when it moves. Git knows where a work tree keeps what says so.
fn of_repository() -> Option<String> {
    for file in ["HEAD", "logs/HEAD"] {
        let path = first_line("git", &["rev-parse", "--git-path", file])?;
        println!("cargo::rerun-if-changed={path}");
    }
    first_line("git", &["rev-parse", "--short=12", "HEAD"])
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={COMMIT}");
    if let Some(commit) = std::env::var(COMMIT).ok().or_else(of_repository) {
        println!("cargo::rustc-env={COMMIT}={commit}");
    }
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    if let Some(version) = first_line(&rustc, &["--version"]) {
        println!("cargo::rustc-env=CHOKEPOINT_RUSTC={version}");
    }
}
