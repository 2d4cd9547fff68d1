//! The instructions that change an image's config alone.

use super::Instruction;
use crate::cloud::oci::{ContainerConfig, Empty};

/// Changes the config and says it as history does.
pub(super) fn configure(
    config: &mut ContainerConfig,
    instruction: &Instruction,
    text: &str,
    replaced: &dyn Fn(&str) -> String,
) -> String {
    match instruction {
        Instruction::Env(pairs) => {
            for (name, value) in pairs {
                let value = replaced(value);
                config.env.retain(|known| known.split('=').next() != Some(name.as_str()));
                config.env.push(format!("{name}={value}"));
            }
            let shown: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", replaced(value))).collect();
            format!("ENV {}", shown.join(" "))
        }
        Instruction::Label(pairs) => {
            config.labels.extend(pairs.iter().map(|(name, value)| (name.clone(), replaced(value))));
            let shown: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", replaced(value))).collect();
            format!("LABEL {}", shown.join(" "))
        }
        Instruction::Expose(ports) => {
            for port in ports {
                let port = replaced(port);
                let port = if port.contains('/') { port } else { format!("{port}/tcp") };
                config.exposed_ports.insert(port, Empty {});
            }
            let shown: Vec<String> = config.exposed_ports.keys().map(|port| format!("{port}:{{}}")).collect();
            format!("EXPOSE map[{}]", shown.join(" "))
        }
        Instruction::Volume(paths) => {
            config.volumes.extend(paths.iter().map(|path| (replaced(path), Empty {})));
            text.to_owned()
        }
        Instruction::User(user) => {
            config.user = replaced(user);
            format!("USER {}", config.user)
        }
        Instruction::Cmd(form) => {
            config.cmd = Some(form.argv());
            format!("CMD {}", serde_json::to_string(&form.argv()).unwrap_or_default())
        }
        Instruction::Entrypoint(form) => {
            config.entrypoint = Some(form.argv());
            // A new entrypoint makes the base's command meaningless.
            config.cmd = None;
            format!("ENTRYPOINT {}", serde_json::to_string(&form.argv()).unwrap_or_default())
        }
        Instruction::StopSignal(signal) => {
            config.stop_signal = Some(replaced(signal));
            text.to_owned()
        }
        _ => text.to_owned(),
    }
}
