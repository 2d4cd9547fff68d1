//! What a fresh laptop has in its home: AWS profiles and a small web project.

use super::{Files, FsError, HOME};
use crate::cloud::iam::KeyPair;
use crate::cloud::{Region, Timestamp};

const DOCKERFILE: &str = "\
FROM alpine:3.20
WORKDIR /srv
COPY index.html .
COPY app /usr/local/bin/app
EXPOSE 8080
CMD [\"/usr/local/bin/app\"]
";

const APP: &str = "\
#!/bin/sh
# Serves /srv on port 8080.
echo \"serving /srv on :8080\"
exec httpd -f -p 8080 -h /srv
";

const INDEX: &str = "\
<!doctype html>
<title>web</title>
<h1>Hello from web</h1>
";

/// Puts the starter files in place.
///
/// # Errors
/// Never on a fresh file system.
pub(super) fn furnish(files: &mut Files, key: &KeyPair, region: &Region) -> Result<(), FsError> {
    let now = Timestamp::START;
    let config = format!("[default]\nregion = {region}\noutput = json\n");
    let credentials = format!(
        "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        key.access_key_id, key.secret_access_key
    );
    files.create_directories(&format!("{HOME}/.aws"), now)?;
    files.create_directories(&format!("{HOME}/web"), now)?;
    for (name, mode, text) in [
        (".aws/config", 0o600, config.as_str()),
        (".aws/credentials", 0o600, &credentials),
        ("web/Dockerfile", 0o644, DOCKERFILE),
        ("web/app", 0o755, APP),
        ("web/index.html", 0o644, INDEX),
    ] {
        let path = format!("{HOME}/{name}");
        files.write(&path, text.as_bytes(), now)?;
        files.set_mode(&path, mode)?;
    }
    Ok(())
}

/// Adds a profile to the AWS files.
///
/// # Errors
/// When they can't be written.
pub(super) fn add_profile(
    files: &mut Files,
    name: &str,
    key: &KeyPair,
    region: &Region,
    now: Timestamp,
) -> Result<(), FsError> {
    let config = format!("\n[profile {name}]\nregion = {region}\noutput = json\n");
    let credentials = format!(
        "\n[{name}]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        key.access_key_id, key.secret_access_key
    );
    files.append(&format!("{HOME}/.aws/config"), config.as_bytes(), now)?;
    files.append(&format!("{HOME}/.aws/credentials"), credentials.as_bytes(), now)
}
