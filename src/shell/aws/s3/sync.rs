//! What `aws s3 sync` copies and deletes. Source: AWS CLI, `awscli/customizations/s3/syncstrategy`.

use std::collections::BTreeMap;

use super::transfer::{Item, Kind};

/// How two files are told apart.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Strategy {
    pub(super) size_only: bool,
    pub(super) exact_timestamps: bool,
    pub(super) delete: bool,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Copied from the source.
    pub(super) copied: Vec<Item>,
    /// Deleted at the destination.
    pub(super) deleted: Vec<Item>,
}

/// Compares source and destination, name by name.
pub(super) fn plan(kind: Kind, strategy: Strategy, source: Vec<Item>, there: Vec<Item>) -> Plan {
    let mut there: BTreeMap<String, Item> = there.into_iter().map(|item| (item.name.clone(), item)).collect();
    let mut plan = Plan::default();
    for item in source {
        match there.remove(&item.name) {
            Some(known) if is_same(kind, strategy, &item, &known) => {}
            _ => plan.copied.push(item),
        }
    }
    if strategy.delete {
        plan.deleted = there.into_values().collect();
    }
    plan
}

fn is_same(kind: Kind, strategy: Strategy, source: &Item, there: &Item) -> bool {
    if source.size != there.size {
        return false;
    }
    strategy.size_only
        || match kind {
            Kind::Download if strategy.exact_timestamps => source.modified == there.modified,
            // A local file that is newer than the object was changed here, and is fetched again.
            Kind::Download => there.modified <= source.modified,
            Kind::Upload | Kind::Copy => there.modified >= source.modified,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Timestamp;

    fn item(name: &str, size: u64, second: i64) -> Item {
        let modified = Timestamp::from_millis(second * 1000);
        Item { name: name.to_owned(), path: name.to_owned(), size, modified }
    }

    fn copied(kind: Kind, strategy: Strategy, source: Item, there: Item) -> bool {
        !plan(kind, strategy, vec![source], vec![there]).copied.is_empty()
    }

    #[test]
    fn what_is_older_at_the_other_end_is_copied() {
        let by_time = Strategy::default();
        assert!(copied(Kind::Upload, by_time, item("a", 1, 5), item("a", 1, 4)));
        assert!(!copied(Kind::Upload, by_time, item("a", 1, 4), item("a", 1, 5)));
        assert!(copied(Kind::Upload, by_time, item("a", 2, 4), item("a", 1, 5)));
        assert!(!copied(Kind::Upload, Strategy { size_only: true, ..by_time }, item("a", 1, 5), item("a", 1, 4)));
        assert!(!copied(Kind::Download, by_time, item("a", 1, 5), item("a", 1, 4)));
        assert!(copied(
            Kind::Download,
            Strategy { exact_timestamps: true, ..by_time },
            item("a", 1, 5),
            item("a", 1, 4)
        ));
    }

    #[test]
    fn what_is_only_at_the_destination_goes_when_it_shall() {
        let (source, there) = (vec![item("a", 1, 1)], vec![item("a", 1, 1), item("b", 1, 1)]);
        let with = |delete| Strategy { delete, ..Strategy::default() };
        let planned = plan(Kind::Upload, with(true), source, there);
        assert_eq!((planned.copied.len(), planned.deleted.len()), (0, 1));
        assert!(plan(Kind::Upload, with(false), Vec::new(), vec![item("b", 1, 1)]).deleted.is_empty());
    }
}
