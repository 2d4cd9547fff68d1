//! S3: buckets and objects, `aws s3` and `aws s3api`.

use ecr_quest::cloud::{AccountId, Caller, Origin, Principal, Region, Service, iam};
use serde_json::{Value, json};

use crate::support::Terminal;

/// A terminal with the bucket `team-files` and some files in `~/data`.
fn with_bucket() -> Terminal {
    let mut terminal = Terminal::new();
    terminal.ok("aws s3 mb s3://team-files");
    terminal
        .ok("mkdir -p data/logs && echo -n hello > data/a.txt && echo '{}' > data/b.json && echo x > data/logs/1.log");
    terminal
}

#[track_caller]
fn fails(terminal: &mut Terminal, line: &str, code: i32, expect: &str) {
    let output = terminal.run(line);
    assert_eq!(output.code, code, "`{line}`: {}", output.text());
    assert!(output.stderr().contains(expect), "`{line}`: {}", output.stderr());
}

fn json_of(terminal: &mut Terminal, line: &str) -> Value {
    serde_json::from_str(&terminal.ok(line)).unwrap()
}

#[test]
fn a_file_goes_up_and_comes_back_the_same() {
    let mut terminal = with_bucket();
    assert_eq!(terminal.ok("aws s3 cp data/a.txt s3://team-files"), "upload: data/a.txt to s3://team-files/a.txt\n");
    assert_eq!(
        terminal.ok("cd data && aws s3 cp a.txt s3://team-files/x/"),
        "upload: ./a.txt to s3://team-files/x/a.txt\n"
    );
    assert_eq!(
        terminal.ok("aws s3 cp s3://team-files/x/a.txt copy.txt"),
        "download: s3://team-files/x/a.txt to ./copy.txt\n"
    );
    assert_eq!(terminal.ok("cat copy.txt"), "hello");
    assert_eq!(terminal.ok("aws s3 cp s3://team-files/x/a.txt .."), "download: s3://team-files/x/a.txt to ../a.txt\n");
    assert_eq!(
        terminal.ok("aws s3 cp s3://team-files/a.txt s3://team-files/b/"),
        "copy: s3://team-files/a.txt to s3://team-files/b/a.txt\n"
    );
    assert_eq!(
        terminal.ok("echo -n streamed | aws s3 cp - s3://team-files/s && aws s3 cp s3://team-files/s -"),
        "streamed"
    );
    assert_eq!(
        terminal.ok("aws s3 mv s3://team-files/s moved.txt && cat moved.txt"),
        "move: s3://team-files/s to ./moved.txt\nstreamed"
    );
    assert_eq!(terminal.ok("aws s3 rm s3://team-files/a.txt"), "delete: s3://team-files/a.txt\n");
    // What is not there is deleted all the same.
    assert_eq!(terminal.ok("aws s3 rm s3://team-files/never"), "delete: s3://team-files/never\n");
}

#[test]
fn ls_shows_buckets_prefixes_and_objects() {
    let mut terminal = with_bucket();
    terminal.ok("aws s3 cp data s3://team-files --recursive");
    let shown = terminal.ok("aws s3 ls s3://team-files");
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 3, "{shown}");
    assert_eq!(lines[0], format!("{:>30} logs/", "PRE"));
    assert!(lines[1].starts_with("2026-03-02 09:00:") && lines[1].ends_with("          5 a.txt"), "{shown}");
    let all = terminal.ok("aws s3 ls team-files --recursive --summarize --human-readable");
    assert!(
        all.contains("    2 Bytes logs/1.log\n") && all.ends_with("\nTotal Objects: 3\n   Total Size: 10 Bytes\n"),
        "{all}"
    );
    assert!(terminal.ok("aws s3 ls").ends_with(" team-files\n"));
    assert_eq!(terminal.run("aws s3 ls s3://team-files/none").code, 1);
    fails(
        &mut terminal,
        "aws s3 ls s3://nobody-has-this",
        254,
        "An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket does not exist",
    );
}

#[test]
fn sync_copies_what_is_new_and_deletes_when_told() {
    let mut terminal = with_bucket();
    let first = terminal.ok("aws s3 sync data s3://team-files/site");
    assert_eq!(
        first,
        "upload: data/a.txt to s3://team-files/site/a.txt\nupload: data/b.json to s3://team-files/site/b.json\n\
         upload: data/logs/1.log to s3://team-files/site/logs/1.log\n"
    );
    assert_eq!(terminal.ok("aws s3 sync data s3://team-files/site"), "");
    terminal.ok("sleep 5; echo changed > data/a.txt; rm data/b.json");
    assert_eq!(
        terminal.ok("aws s3 sync data s3://team-files/site --delete --exclude 'logs/*' --dryrun"),
        "(dryrun) upload: data/a.txt to s3://team-files/site/a.txt\n(dryrun) delete: s3://team-files/site/b.json\n"
    );
    terminal.ok("aws s3 sync data s3://team-files/site --delete");
    let back = terminal.ok("aws s3 sync s3://team-files/site back");
    assert_eq!(
        back,
        "download: s3://team-files/site/a.txt to back/a.txt\ndownload: s3://team-files/site/logs/1.log to back/logs/1.log\n"
    );
    assert_eq!(terminal.ok("aws s3 sync s3://team-files/site back"), "");
}

#[test]
fn what_goes_wrong_in_a_transfer_is_told_as_the_real_command_tells_it() {
    let mut terminal = with_bucket();
    fails(
        &mut terminal,
        "aws s3 cp data/a.txt s3://nobody-has-this",
        1,
        "upload failed: data/a.txt to s3://nobody-has-this/a.txt An error occurred (NoSuchBucket) when calling the PutObject \
         operation: The specified bucket does not exist\n",
    );
    fails(
        &mut terminal,
        "aws s3 cp s3://team-files/none .",
        1,
        "fatal error: An error occurred (404) when calling the HeadObject operation: Key \"none\" does not exist\n",
    );
    fails(&mut terminal, "aws s3 cp nope s3://team-files", 255, "The user-provided path nope does not exist.");
    fails(
        &mut terminal,
        "aws s3 cp a b",
        252,
        "usage: aws s3 cp <LocalPath> <S3Uri> or <S3Uri> <LocalPath> or <S3Uri> <S3Uri>\nError: Invalid argument type",
    );
    fails(
        &mut terminal,
        "aws s3 cp data s3://team-files",
        1,
        "upload failed: data/ to s3://team-files/ [Errno 21] Is a directory: '/home/learner/data/'",
    );
    fails(&mut terminal, "aws s3 cp", 252, "the following arguments are required: paths");
    fails(&mut terminal, "aws s3 lss", 252, "argument subcommand: Found invalid choice 'lss'");
    fails(&mut terminal, "aws s3 website s3://team-files", 255, "website");
}

#[test]
fn a_bucket_is_made_and_removed_under_the_real_rules() {
    let mut terminal = with_bucket();
    terminal.ok("aws s3 cp data/a.txt s3://team-files");
    for (line, expect) in [
        (
            "aws s3 mb s3://team-files",
            "make_bucket failed: s3://team-files An error occurred (BucketAlreadyOwnedByYou) when calling the CreateBucket \
             operation: Your previous request to create the named bucket succeeded and you already own it.",
        ),
        (
            "aws s3 mb s3://Team",
            "(InvalidBucketName) when calling the CreateBucket operation: The specified bucket is not valid.",
        ),
        (
            "aws s3 mb 's3://a b'",
            "Parameter validation failed:\nInvalid bucket name \"a b\": Bucket name must match the regex",
        ),
        (
            "aws s3 rb s3://team-files",
            "remove_bucket failed: s3://team-files An error occurred (BucketNotEmpty) when calling the DeleteBucket \
             operation: The bucket you tried to delete is not empty",
        ),
    ] {
        fails(&mut terminal, line, 1, expect);
    }
    assert_eq!(
        terminal.ok("aws s3 rb s3://team-files --force"),
        "delete: s3://team-files/a.txt\nremove_bucket: team-files\n"
    );
    fails(
        &mut terminal,
        "aws s3api create-bucket --bucket elsewhere",
        254,
        "(IllegalLocationConstraintException) when calling the CreateBucket operation: The unspecified location constraint is \
         incompatible for the region specific endpoint this request was sent to.",
    );
    terminal.ok("aws s3api create-bucket --bucket classic --region us-east-1");
    terminal.ok("aws s3api create-bucket --bucket classic --region us-east-1");
}

#[test]
fn names_of_buckets_are_one_space_for_all_accounts() {
    let mut terminal = with_bucket();
    let account: AccountId = "444455556666".parse().unwrap();
    iam::create_administrator(&mut terminal.world.cloud, &account, "other");
    let principal = Principal::User { account, name: "other".to_owned() };
    let other = Caller { principal, region: Region::home(), origin: Origin::Laptop };
    let call = |terminal: &mut Terminal, operation: &str, input: Value| {
        terminal.world.cloud.call_wire(&other, Service::S3, operation, input).unwrap()
    };
    let constraint = json!({"LocationConstraint": "ap-northeast-2"});
    let request = json!({"Bucket": "team-files", "CreateBucketConfiguration": constraint});
    assert_eq!(call(&mut terminal, "CreateBucket", request).unwrap_err().code, "BucketAlreadyExists");
    // Another account gets no reason.
    let read = json!({"Bucket": "team-files", "Key": "a.txt"});
    let denied = call(&mut terminal, "GetObject", read.clone()).unwrap_err();
    assert_eq!((denied.code.as_ref(), denied.message.as_str()), ("AccessDenied", "Access Denied"));
    terminal.ok("aws s3 cp data/a.txt s3://team-files");
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "444455556666"},
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::team-files/*"}]});
    terminal.ok(&format!("aws s3api put-bucket-policy --bucket team-files --policy '{policy}'"));
    let object = call(&mut terminal, "GetObject", read).unwrap();
    assert_eq!(object["ContentLength"], 5);
}

#[test]
fn the_layer_bucket_is_awss_and_says_no() {
    let mut terminal = Terminal::new();
    let bucket = "prod-ap-northeast-2-starport-layer-bucket";
    fails(
        &mut terminal,
        &format!("aws s3 ls s3://{bucket}"),
        254,
        "An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied",
    );
    fails(
        &mut terminal,
        &format!("aws s3 cp s3://{bucket}/some-layer ."),
        1,
        "fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden",
    );
    fails(&mut terminal, &format!("aws s3 mb s3://{bucket}"), 1, "(BucketAlreadyExists)");
    fails(&mut terminal, &format!("aws s3api put-object --bucket {bucket} --key x"), 254, "(AccessDenied)");
}

#[test]
fn a_denial_names_the_resource_in_quotes_and_hides_missing_keys() {
    let mut terminal = with_bucket();
    terminal.ok("aws iam create-user --user-name reader");
    let keys = terminal.ok(
        "aws iam create-access-key --user-name reader --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text",
    );
    let (id, secret) = keys.trim().split_once('\t').unwrap();
    let reader = format!("AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret}");
    let allow = |action: &str, resource: &str, condition: &str| {
        let document = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"{condition}}}]}}"#
        );
        format!("aws iam put-user-policy --user-name reader --policy-name s3 --policy-document '{document}'")
    };
    fails(
        &mut terminal,
        &format!("{reader} aws s3api list-objects-v2 --bucket team-files"),
        254,
        "(AccessDenied) when calling the ListObjectsV2 operation: User: arn:aws:iam::111122223333:user/reader is not \
         authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::team-files\" because no identity-based policy \
         allows the s3:ListBucket action",
    );
    fails(
        &mut terminal,
        &format!("{reader} aws s3 ls"),
        254,
        "is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy allows",
    );
    terminal.ok(&allow("s3:GetObject", "arn:aws:s3:::team-files/*", ""));
    // Without s3:ListBucket a missing key is a denial, with it a missing key.
    let get = format!("{reader} aws s3api get-object --bucket team-files --key none out");
    fails(&mut terminal, &get, 254, "s3:ListBucket on resource: \"arn:aws:s3:::team-files\"");
    terminal.ok(&allow("s3:*", "*", ""));
    fails(
        &mut terminal,
        &get,
        254,
        "(NoSuchKey) when calling the GetObject operation: The specified key does not exist.",
    );
    let condition = r#","Condition":{"StringLike":{"s3:prefix":"home/*"}}"#;
    terminal.ok(&allow("s3:ListBucket", "arn:aws:s3:::team-files", condition));
    terminal.ok(&format!("{reader} aws s3api list-objects-v2 --bucket team-files --prefix home/reader"));
    fails(&mut terminal, &format!("{reader} aws s3api list-objects-v2 --bucket team-files"), 254, "(AccessDenied)");
    fails(
        &mut terminal,
        &format!("{reader} aws s3api head-object --bucket team-files --key x"),
        254,
        "(403) when calling the HeadObject operation: Forbidden",
    );
}

#[test]
fn an_object_says_truly_what_it_is() {
    let mut terminal = with_bucket();
    let put = json_of(
        &mut terminal,
        "aws s3api put-object --bucket team-files --key a.txt --body data/a.txt --metadata team=web",
    );
    assert_eq!(
        put,
        json!({"ETag": "\"5d41402abc4b2a76b9719d911017c592\"", "ChecksumCRC64NVME": "M3eFcAZSQlc=", "ChecksumType": "FULL_OBJECT",
            "ServerSideEncryption": "AES256"})
    );
    let got = json_of(&mut terminal, "aws s3api get-object --bucket team-files --key a.txt --range bytes=1-3 part");
    assert_eq!((got["ContentRange"].as_str(), got["ContentLength"].as_i64()), (Some("bytes 1-3/5"), Some(3)));
    assert_eq!(terminal.ok("cat part"), "ell");
    let head = json_of(&mut terminal, "aws s3api head-object --bucket team-files --key a.txt");
    assert_eq!((&head["ContentType"], &head["Metadata"]), (&json!("binary/octet-stream"), &json!({"team": "web"})));
    fails(
        &mut terminal,
        "aws s3api head-object --bucket team-files --key none",
        254,
        "An error occurred (404) when calling the HeadObject operation: Not Found",
    );
    fails(
        &mut terminal,
        "aws s3api head-bucket --bucket nobody-has-this",
        254,
        "(404) when calling the HeadBucket operation: Not Found",
    );
    fails(
        &mut terminal,
        "aws s3api get-object --bucket team-files --key a.txt",
        252,
        "the following arguments are required: outfile",
    );
    fails(
        &mut terminal,
        "aws s3api put-object --bucket team-files --key a --body nope",
        252,
        "Error parsing parameter '--body': Blob values must be a path to a file.",
    );
    fails(
        &mut terminal,
        "aws s3api put-object --bucket team-files --key a --acl public-read",
        254,
        "(AccessControlListNotSupported) when calling the PutObject operation: The bucket does not allow ACLs",
    );
    fails(
        &mut terminal,
        "aws s3api put-object --bucket team-files --key a.txt --if-none-match '*'",
        254,
        "(PreconditionFailed) when calling the PutObject operation: At least one of the pre-conditions you specified did not hold",
    );
}

#[test]
fn versions_are_kept_and_brought_back() {
    let mut terminal = with_bucket();
    assert_eq!(terminal.ok("aws s3api get-bucket-versioning --bucket team-files"), "");
    terminal.ok("aws s3api put-bucket-versioning --bucket team-files --versioning-configuration Status=Enabled");
    let put = "aws s3api put-object --bucket team-files --key a --query VersionId --output text --body";
    let first = terminal.ok(&format!("{put} data/a.txt")).trim().to_owned();
    let second = terminal.ok(&format!("{put} data/b.json")).trim().to_owned();
    assert!(first.len() == 32 && first != second);
    let deleted = json_of(&mut terminal, "aws s3api delete-object --bucket team-files --key a");
    assert_eq!(deleted["DeleteMarker"], true);
    fails(&mut terminal, "aws s3api get-object --bucket team-files --key a out", 254, "(NoSuchKey)");
    terminal.ok(&format!("aws s3api get-object --bucket team-files --key a --version-id {first} out"));
    assert_eq!(terminal.ok("cat out"), "hello");
    // Under the marker there still are versions: the bucket is not empty.
    fails(&mut terminal, "aws s3 rb s3://team-files --force", 1, "You must delete all versions in the bucket.");
    let marker = deleted["VersionId"].as_str().unwrap();
    terminal.ok(&format!("aws s3api delete-object --bucket team-files --key a --version-id {marker}"));
    assert_eq!(terminal.ok("aws s3 cp s3://team-files/a -"), "{}\n");
    for version in [first, second] {
        terminal.ok(&format!("aws s3api delete-object --bucket team-files --key a --version-id {version}"));
    }
    terminal.ok("aws s3 rb s3://team-files");
}

#[test]
fn a_public_policy_is_blocked_until_it_is_let_through() {
    let mut terminal = with_bucket();
    let policy = |principal: &str, action: &str, resource: &str| {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"{action}","Resource":"{resource}"}}]}}"#
        );
        format!("aws s3api put-bucket-policy --bucket team-files --policy '{text}'")
    };
    let objects = "arn:aws:s3:::team-files/*";
    let public = policy("\"*\"", "s3:GetObject", objects);
    fails(
        &mut terminal,
        &public,
        254,
        "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
    );
    terminal.ok("aws s3api put-public-access-block --bucket team-files --public-access-block-configuration BlockPublicPolicy=false");
    terminal.ok(&public);
    assert_eq!(
        terminal.ok("aws s3api get-bucket-policy-status --bucket team-files --query PolicyStatus.IsPublic"),
        "true\n"
    );
    terminal.ok("aws s3api delete-bucket-policy --bucket team-files");
    fails(
        &mut terminal,
        "aws s3api get-bucket-policy --bucket team-files",
        254,
        "(NoSuchBucketPolicy) when calling the GetBucketPolicy operation: The bucket policy does not exist",
    );
    for (line, expect) in [
        (
            policy("{\"AWS\":\"arn:aws:iam::111122223333:user/nobody\"}", "s3:GetObject", objects),
            "Invalid principal in policy",
        ),
        (policy("\"*\"", "s3:GetObject", "arn:aws:s3:::other/*"), "Policy has invalid resource"),
        (
            policy("\"*\"", "s3:GetObject", "arn:aws:s3:::team-files"),
            "Action does not apply to any resource(s) in statement",
        ),
        (policy("\"*\"", "s3:GetNothing", objects), "Policy has invalid action"),
    ] {
        fails(
            &mut terminal,
            &line,
            254,
            &format!("(MalformedPolicy) when calling the PutBucketPolicy operation: {expect}"),
        );
    }
}

#[test]
fn lists_come_in_pages_that_follow_each_other() {
    let mut terminal = with_bucket();
    for key in ["a/1", "a/2", "b", "c/1", "d"] {
        terminal.ok(&format!("aws s3api put-object --bucket team-files --key {key}"));
    }
    let page = |terminal: &mut Terminal, rest: &str| {
        json_of(terminal, &format!("aws s3api list-objects-v2 --bucket team-files --delimiter / --no-paginate {rest}"))
    };
    let names = |page: &Value| {
        let list = |name: &str, key: &str| {
            let all = page[name].as_array().cloned().unwrap_or_default();
            all.iter().map(|one| one[key].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        [list("CommonPrefixes", "Prefix"), list("Contents", "Key")].concat()
    };
    let first = page(&mut terminal, "--max-keys 2");
    assert_eq!((names(&first), first["IsTruncated"].as_bool()), (vec!["a/".to_owned(), "b".to_owned()], Some(true)));
    let token = first["NextContinuationToken"].as_str().unwrap().to_owned();
    let second = page(&mut terminal, &format!("--max-keys 2 --continuation-token {token}"));
    assert_eq!((names(&second), second["IsTruncated"].as_bool()), (vec!["c/".to_owned(), "d".to_owned()], Some(false)));
    assert_eq!(names(&page(&mut terminal, "--start-after b")), ["c/", "d"]);
    assert_eq!(names(&page(&mut terminal, "--prefix a/")), ["a/1", "a/2"]);
    let all =
        json_of(&mut terminal, "aws s3api list-objects-v2 --bucket team-files --page-size 2 --query 'Contents[].Key'");
    assert_eq!(all, json!(["a/1", "a/2", "b", "c/1", "d"]));
}

#[test]
fn many_objects_are_deleted_at_once_and_each_is_asked_about() {
    let mut terminal = with_bucket();
    terminal.ok("aws s3 cp data s3://team-files --recursive --quiet");
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
        "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::team-files/a.txt"}]});
    terminal.ok(&format!("aws s3api put-bucket-policy --bucket team-files --policy '{document}'"));
    let line = "aws s3api delete-objects --bucket team-files --delete 'Objects=[{Key=a.txt},{Key=b.json}]'";
    let done = json_of(&mut terminal, line);
    assert_eq!(done["Deleted"], json!([{"Key": "b.json"}]));
    assert_eq!((&done["Errors"][0]["Key"], &done["Errors"][0]["Code"]), (&json!("a.txt"), &json!("AccessDenied")));
}

#[test]
fn a_presigned_address_is_signed_for_its_hour() {
    let mut terminal = with_bucket();
    let url = terminal.ok("aws s3 presign s3://team-files/a.txt --expires-in 60");
    assert!(url.starts_with("https://team-files.s3.ap-northeast-2.amazonaws.com/a.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA"), "{url}");
    assert!(url.contains("&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature="), "{url}");
    // No request was made for it.
    let before = terminal.world.cloud.trail().len();
    terminal.ok("aws s3 presign s3://team-files/b");
    assert_eq!(terminal.world.cloud.trail().len(), before);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]

    #[test]
    fn no_words_make_aws_s3_panic(
        command in "cp|ls|mb|mv|presign|rb|rm|sync",
        words in proptest::collection::vec("(s3://)?[a-zA-Z./ -]{0,10}|-|--[a-z-]{1,12}|s3://team-files/?[a-z/]{0,4}", 0..4),
    ) {
        let mut terminal = with_bucket();
        let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        terminal.run(&format!("aws s3 {command} {}", words.join(" ")));
    }
}

#[test]
fn lists_say_who_was_charged_the_prefix_and_times_in_whole_seconds() {
    let mut terminal = Terminal::new();
    terminal
        .ok("aws s3api create-bucket --bucket lists --create-bucket-configuration LocationConstraint=ap-northeast-2");
    for list in ["list-objects", "list-objects-v2"] {
        let empty = terminal.ok(&format!("aws s3api {list} --bucket lists"));
        assert_eq!(empty, "{\n    \"RequestCharged\": null,\n    \"Prefix\": \"\"\n}\n", "{list}");
    }
    let buckets = json_of(&mut terminal, "aws s3api list-buckets");
    assert!(buckets["Owner"]["ID"].is_string() && buckets["Prefix"].is_null(), "{buckets}");
    terminal.ok("echo hi > a.txt && aws s3api put-object --bucket lists --key a.txt --body a.txt");
    for (line, at) in [
        ("list-objects-v2 --bucket lists", "/Contents/0/LastModified"),
        ("list-objects --bucket lists", "/Contents/0/LastModified"),
        ("head-object --bucket lists --key a.txt", "/LastModified"),
        ("list-buckets", "/Buckets/0/CreationDate"),
    ] {
        let shown = json_of(&mut terminal, &format!("aws s3api {line}"));
        let time = shown.pointer(at).and_then(|time| time.as_str()).unwrap();
        assert!(time.len() == "2026-03-02T09:00:03+00:00".len() && time.ends_with("+00:00"), "{line}: {time}");
    }
}
