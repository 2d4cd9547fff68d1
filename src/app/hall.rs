//! The exam hall: practice, mocks, and the questions that close a debrief.

use super::{App, Intent, Screen, ToastKind};
use crate::exam::Hall;
use crate::text::Message;

impl App {
    /// What a learner wants of the questions on the screen: those of the debrief there, the hall's elsewhere.
    pub(super) fn sit(&mut self, intent: Intent) {
        match intent {
            Intent::StartPractice(topic) => {
                let practice = self.bank.practice(topic.as_deref(), &self.profile.answers, self.exam_seed());
                match practice {
                    Some(practice) => self.hall = Hall::Practice(practice),
                    None => self.toast(ToastKind::Notice, Message::new("toast-no-questions")),
                }
                self.screen = Screen::Exam;
            }
            Intent::StartMock(exam) => {
                match self.bank.mock(&exam, self.exam_seed(), self.now) {
                    Some(mock) => self.hall = Hall::Mock(mock),
                    None => self.toast(ToastKind::Notice, Message::new("toast-no-questions")),
                }
                self.screen = Screen::Exam;
            }
            Intent::FinishMock => self.finish_mock(),
            Intent::LeaveExam => self.hall = Hall::Lobby,
            intent if self.screen == Screen::Debrief => self.sit_debrief(&intent),
            intent => self.sit_hall(&intent),
        }
    }

    fn sit_debrief(&mut self, intent: &Intent) {
        let Some(practice) = self.debrief.as_mut().and_then(|debrief| debrief.practice.as_mut()) else { return };
        match intent {
            Intent::Choose(place) => practice.choose(*place),
            Intent::Check => {
                let answer = practice.check();
                self.take_answer(answer);
            }
            Intent::NextQuestion => practice.next(),
            _ => {}
        }
    }

    fn sit_hall(&mut self, intent: &Intent) {
        match (&mut self.hall, intent) {
            (Hall::Practice(practice), Intent::Choose(place)) => practice.choose(*place),
            (Hall::Practice(practice), Intent::Check) => {
                let answer = practice.check();
                self.take_answer(answer);
            }
            (Hall::Practice(practice), Intent::NextQuestion) => practice.next(),
            (Hall::Mock(mock), Intent::Choose(place)) => mock.choose(*place),
            (Hall::Mock(mock), Intent::NextQuestion) => mock.go_to(mock.at() + 1),
            (Hall::Mock(mock), Intent::GoToQuestion(at)) => mock.go_to(*at),
            (Hall::Mock(mock), Intent::Flag) => mock.flag(),
            (Hall::Review(review), Intent::GoToQuestion(at)) => {
                review.at = Some(*at).filter(|at| *at < review.sittings.len())
            }
            (Hall::Review(review), Intent::NextQuestion) => {
                review.at = Some(review.at.map_or(0, |at| at + 1)).filter(|at| *at < review.sittings.len());
            }
            _ => {}
        }
    }

    fn take_answer(&mut self, answer: Option<(String, bool)>) {
        if let Some((question, right)) = answer {
            self.profile.record_answer(&question, right);
            self.save_profile();
        }
    }

    fn finish_mock(&mut self) {
        match std::mem::take(&mut self.hall) {
            Hall::Mock(mock) => {
                let review = mock.finish(self.now);
                for sitting in &review.sittings {
                    self.profile.record_answer(&sitting.question().id, sitting.is_right());
                }
                self.profile.exams.push(review.result.clone());
                self.hall = Hall::Review(review);
                self.save_profile();
            }
            other => self.hall = other,
        }
    }

    /// Ends a mock whose time is over.
    pub(super) fn end_mock_in_time(&mut self) {
        if let Hall::Mock(mock) = &self.hall
            && mock.seconds_left(self.now) == 0
        {
            self.finish_mock();
            self.toast(ToastKind::Notice, Message::new("toast-time-over"));
        }
    }

    /// Another order of questions each time, the same for the same profile.
    fn exam_seed(&self) -> u64 {
        let answers: u64 =
            self.profile.answers.values().map(|tally| u64::from(tally.right) + u64::from(tally.wrong)).sum();
        answers.wrapping_mul(31).wrapping_add(self.profile.exams.len() as u64)
    }
}
