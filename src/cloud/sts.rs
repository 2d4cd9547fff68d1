//! STS: who am I, and role sessions.

super::operations!();
