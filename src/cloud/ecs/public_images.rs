//! Images of public registries that a task definition may name without any permission.
//!
//! Nothing of them is simulated but that they are there and what they run: no layers travel, and any tag will do.

use crate::cloud::oci::Reference;

/// Docker Hub's official images, by name, with what they run. Amazon ECR Public has the same under `docker/library`.
const OFFICIAL: &[(&str, &[&str])] = &[
    ("alpine", &["/bin/sh"]),
    ("amazonlinux", &["/bin/bash"]),
    ("busybox", &["sh"]),
    ("caddy", &["caddy", "run"]),
    ("debian", &["bash"]),
    ("hello-world", &["true"]),
    ("httpd", &["httpd-foreground"]),
    ("memcached", &["memcached"]),
    ("mysql", &["mysqld"]),
    ("nginx", &["nginx", "-g", "daemon off;"]),
    ("node", &["sh"]),
    ("postgres", &["postgres"]),
    ("python", &["sh"]),
    ("redis", &["redis-server"]),
    ("ubuntu", &["/bin/bash"]),
];

/// Amazon's own images in Amazon ECR Public, by repository.
const AMAZON: &[(&str, &[&str])] = &[
    ("amazonlinux/amazonlinux", &["/bin/bash"]),
    ("aws-observability/aws-otel-collector", &["/awscollector"]),
    ("ecs-sample-image/amazon-ecs-sample", &["httpd-foreground"]),
    ("nginx/nginx", &["nginx", "-g", "daemon off;"]),
    ("xray/aws-xray-daemon", &["/xray"]),
];

/// What a public image runs; none if it is not there.
pub(super) fn find(reference: &Reference) -> Option<&'static [&'static str]> {
    let listed = |images: &'static [(&str, &[&'static str])], name: &str| {
        images.iter().find(|(known, _)| *known == name).map(|(_, argv)| *argv)
    };
    match reference.host.as_str() {
        "docker.io" => listed(OFFICIAL, reference.path.strip_prefix("library/")?),
        "public.ecr.aws" => match reference.path.strip_prefix("docker/library/") {
            Some(official) => listed(OFFICIAL, official),
            None => listed(AMAZON, &reference.path),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_image_is_found_by_its_full_or_its_short_name() {
        for there in ["nginx", "nginx:1.27", "docker.io/library/nginx", "public.ecr.aws/docker/library/nginx:alpine"] {
            assert!(find(&there.parse().unwrap()).is_some(), "{there}");
        }
        for missing in ["ngimx", "someone/nginx", "quay.io/nginx/nginx", "public.ecr.aws/nginx"] {
            assert!(find(&missing.parse().unwrap()).is_none(), "{missing}");
        }
    }
}
