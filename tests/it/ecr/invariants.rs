//! What holds of every image, whatever is pushed; and that nothing that is sent makes the registry panic.

use ecr_quest::cloud::oci::{Descriptor, Entry, Layer, Manifest, ParsedManifest, Tree, media_type, pack};
use ecr_quest::cloud::{Blob, Digest};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::registry::{Lab, image};

fn layers(sizes: &[usize]) -> Vec<Layer> {
    let file = |(at, size): (usize, &usize)| {
        let path = format!("file-{at}");
        pack(&Tree::from([(path, Entry::file(vec![at as u8; *size]))])).unwrap()
    };
    sizes.iter().enumerate().map(file).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_digest_is_the_manifests_and_a_size_the_sum_of_its_parts(sizes in prop::collection::vec(0_usize..3000, 0..6)) {
        let mut lab = Lab::with_repository("app");
        let parts = image(&layers(&sizes));
        let digest = lab.push("app", "v1", &parts);
        prop_assert_eq!(&digest, &Digest::of(parts.manifest.as_bytes()));
        let detail = lab.ok("DescribeImages", json!({ "repositoryName": "app" }))["imageDetails"][0].clone();
        let sum = parts.config.1.len() + parts.layers.iter().map(|(_, blob)| blob.len()).sum::<usize>();
        prop_assert_eq!(detail["imageSizeInBytes"].as_u64(), Some(sum as u64));
        // What comes back is what was sent, byte for byte.
        let input = json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "v1" }] });
        let manifest = lab.ok("BatchGetImage", input)["images"][0]["imageManifest"].clone();
        prop_assert_eq!(manifest.as_str().unwrap().as_bytes(), parts.manifest.as_bytes());
    }

    #[test]
    fn no_text_is_a_manifest_that_panics(text in ".{0,200}") {
        let mut lab = Lab::with_repository("app");
        for kind in [None, Some(media_type::OCI_MANIFEST), Some(media_type::OCI_INDEX), Some(text.as_str())] {
            let _ = ParsedManifest::parse(text.as_bytes(), kind);
            let mut input = json!({ "repositoryName": "app", "imageManifest": text, "imageTag": "x" });
            input["imageManifestMediaType"] = json!(kind);
            prop_assert!(lab.call("PutImage", input).is_err());
        }
        prop_assert!(lab.repository("app").images.is_empty());
    }

    #[test]
    fn no_change_to_a_manifest_makes_it_panic(path in 0_usize..12, with in 0_usize..8) {
        let mut lab = Lab::with_repository("app");
        lab.push("app", "v1", &image(&layers(&[1, 2])));
        let blob = Blob::from(*b"x");
        let manifest = Manifest::new(
            media_type::OCI_MANIFEST,
            Descriptor::of(media_type::OCI_CONFIG, &blob),
            vec![Descriptor::of(media_type::OCI_LAYER, &blob)],
        );
        let mut value: Value = serde_json::from_slice(manifest.to_blob().as_bytes()).unwrap();
        let replacement = [
            json!(null), json!(-1), json!(u64::MAX), json!(""), json!([]), json!({}), json!("sha256:"), json!([null]),
        ][with].clone();
        let pointer = [
            "/schemaVersion", "/mediaType", "/config", "/config/digest", "/config/size", "/config/mediaType", "/layers",
            "/layers/0", "/layers/0/digest", "/layers/0/size", "/layers/0/mediaType", "",
        ][path];
        if let Some(place) = value.pointer_mut(pointer) {
            *place = replacement;
        }
        let input = json!({ "repositoryName": "app", "imageManifest": value.to_string(), "imageTag": "x" });
        let _ = lab.call("PutImage", input);
        prop_assert_eq!(lab.repository("app").images.len(), 1, "its layers are not there");
    }
}
