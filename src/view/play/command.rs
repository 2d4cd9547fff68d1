//! Command lines that forms and buttons write: what a learner could have typed.

use super::super::cx::quoted;

/// `aws iam put-role-policy …`, or the same for a user.
pub(super) fn put_inline_policy(role: bool, holder: &str, name: &str, document: &str) -> String {
    let (verb, option) = if role { ("put-role-policy", "--role-name") } else { ("put-user-policy", "--user-name") };
    format!(
        "aws iam {verb} {option} {} --policy-name {} --policy-document {}",
        quoted(holder),
        quoted(name),
        quoted(document.trim())
    )
}

/// `aws iam update-assume-role-policy …`
pub(super) fn update_trust(role: &str, document: &str) -> String {
    let (role, document) = (quoted(role), quoted(document.trim()));
    format!("aws iam update-assume-role-policy --role-name {role} --policy-document {document}")
}

/// `aws ecr set-repository-policy …`
pub(super) fn set_repository_policy(repository: &str, document: &str) -> String {
    let (repository, document) = (quoted(repository), quoted(document.trim()));
    format!("aws ecr set-repository-policy --repository-name {repository} --policy-text {document}")
}

/// `aws ecr create-repository …`
pub(super) fn create_repository(name: &str, immutable: bool, scan: bool) -> String {
    let mut line = format!("aws ecr create-repository --repository-name {}", quoted(name));
    if immutable {
        line.push_str(" --image-tag-mutability IMMUTABLE");
    }
    if scan {
        line.push_str(" --image-scanning-configuration scanOnPush=true");
    }
    line
}

/// Starts a preview of a lifecycle policy, waits for it and reads it.
pub(super) fn preview_lifecycle(repository: &str, document: &str) -> String {
    let (repository, document) = (quoted(repository), quoted(document.trim()));
    format!(
        "aws ecr start-lifecycle-policy-preview --repository-name {repository} --lifecycle-policy-text {document}\n\
         aws ecr wait lifecycle-policy-preview-complete --repository-name {repository}\n\
         aws ecr get-lifecycle-policy-preview --repository-name {repository}"
    )
}

/// `aws ecr put-lifecycle-policy …`
pub(super) fn put_lifecycle(repository: &str, document: &str) -> String {
    let (repository, document) = (quoted(repository), quoted(document.trim()));
    format!("aws ecr put-lifecycle-policy --repository-name {repository} --lifecycle-policy-text {document}")
}

/// `aws ecr batch-delete-image …` by digest.
pub(super) fn delete_image(repository: &str, digest: &str) -> String {
    format!("aws ecr batch-delete-image --repository-name {} --image-ids imageDigest={digest}", quoted(repository))
}

/// `docker pull …`
pub(super) fn pull(uri: &str) -> String {
    format!("docker pull {}", quoted(uri))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_reach_the_shell_whole() {
        assert_eq!(
            put_inline_policy(true, "web-instance", "pull", "{\"a\": \"it's\"}\n"),
            r#"aws iam put-role-policy --role-name web-instance --policy-name pull --policy-document '{"a": "it'\''s"}'"#
        );
        assert_eq!(
            create_repository("team/web", true, false),
            "aws ecr create-repository --repository-name team/web --image-tag-mutability IMMUTABLE"
        );
    }
}
