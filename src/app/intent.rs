//! What a person can want, whichever edition they sit at.

use crate::cloud::eks::Key;
use crate::cloud::{Arn, Digest, Duration};
use crate::learner::Theme;
use crate::text::Lang;

/// A screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Screen {
    #[default]
    Map,
    Play,
    Debrief,
    Sandbox,
    Exam,
    Codex,
    Profile,
    Settings,
}

impl Screen {
    /// All, in the order of the top bar; `Play` and `Debrief` open from the map.
    pub const ALL: [Self; 8] =
        [Self::Map, Self::Play, Self::Debrief, Self::Sandbox, Self::Exam, Self::Codex, Self::Profile, Self::Settings];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Play => "play",
            Self::Debrief => "debrief",
            Self::Sandbox => "sandbox",
            Self::Exam => "exam",
            Self::Codex => "codex",
            Self::Profile => "profile",
            Self::Settings => "settings",
        }
    }
}

/// What the inspector can show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selection {
    /// The learner's laptop.
    Laptop,
    /// IAM's gate.
    Gate,
    /// The account's registry.
    Registry,
    /// S3 behind the registry.
    Store,
    /// A request or other entry of the trail, by its number.
    Event(u64),
    Repository(String),
    Image {
        repository: String,
        digest: Digest,
    },
    Layer(Digest),
    /// An image on the laptop, by its id.
    LocalImage(Digest),
    User(String),
    Role(String),
    Cluster(String),
    Service(Arn),
    Task(Arn),
    Instance(String),
    TaskDefinition(String),
    /// Lambda, with its functions.
    Functions,
    /// A function of Lambda, by name.
    Function(String),
    /// EKS, with its clusters.
    EksClusters,
    /// A cluster of EKS, by name.
    EksCluster(String),
    /// A node group of a cluster of EKS.
    Nodegroup {
        cluster: String,
        name: String,
    },
    /// A node of Kubernetes.
    Node {
        cluster: String,
        name: String,
    },
    Deployment {
        cluster: String,
        deployment: Key,
    },
    Pod {
        cluster: String,
        pod: Key,
    },
    /// S3, with the account's own buckets.
    Buckets,
    /// A bucket, by name.
    Bucket(String),
    /// CloudWatch Logs, with its log groups.
    LogGroups,
    /// A log group, by name.
    LogGroup(String),
    /// EventBridge, with its rules.
    Rules,
    /// A rule of EventBridge, by name.
    Rule(String),
    Vpc(String),
    Subnet(String),
    RouteTable(String),
    InternetGateway(String),
    NatGateway(String),
    /// A VPC endpoint.
    Endpoint(String),
    SecurityGroup(String),
    NetworkAcl(String),
    /// A file on the laptop.
    File(String),
}

/// What a person can want.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Open a screen.
    Open(Screen),
    /// Show a quest in the map's side panel.
    SelectQuest(String),
    /// Play a quest, going on where it was left.
    StartQuest(String),
    /// Play a quest from its beginning, without the journal of last time.
    RestartQuest(String),
    /// Play a quest from its beginning, with neither hints nor a show.
    PractiseQuest(String),
    /// Watch a quest's solution step by step; what was played of it waits.
    WatchQuest(String),
    /// Play in a sandbox, going on where it was left.
    StartSandbox(String),

    /// Run a line in the session on the screen.
    Run(String),
    /// Take the last command back.
    Undo,
    /// Take all commands back.
    Reset,
    /// Look at the world after so many commands, or at the present.
    LookAt(Option<usize>),
    /// Open the next hint for an objective or bonus, by its id.
    Hint(String),
    /// Play the solution step by step.
    ShowMe,
    /// The next step of it.
    NextStep,
    /// End it and return to one's own world.
    EndShow,
    /// Let simulated time pass.
    AdvanceClock(Duration),
    /// Show something in the inspector, or nothing.
    Inspect(Option<Selection>),
    /// Open a file of the laptop in the editor.
    Edit(String),
    /// Write a file of the laptop, as a here-document does, and close the editor.
    SaveFile {
        path: String,
        content: String,
    },
    /// Close the editor without writing.
    CloseEditor,
    /// Open the debrief of the quest that is won.
    OpenDebrief,

    /// Practise questions: of one topic, or of all that were taught.
    StartPractice(Option<String>),
    /// Sit a timed mock of ten, of the exam with this code.
    StartMock(String),
    /// Choose an option, or take the choice back; by its place on the screen.
    Choose(usize),
    /// Check the answer (practice).
    Check,
    /// Go to the next question; after the last one practice ends.
    NextQuestion,
    /// Go to a question of the mock, from 0.
    GoToQuestion(usize),
    /// Flag the question, or take the flag back (mock).
    Flag,
    /// Hand the mock in.
    FinishMock,
    /// Back to the hall.
    LeaveExam,

    SetName(String),
    SetLanguage(Lang),
    SetTheme(Theme),
    /// In percent; kept between 80 and 200.
    SetTextScale(u16),
    SetReducedMotion(bool),

    /// Begin anew: XP, items, results and saved games go; settings and the name stay.
    ResetProgress,

    /// Take a notice away, by its number.
    DismissToast(u64),
    /// Leave.
    Quit,
}
