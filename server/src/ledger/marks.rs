//! Marks on things that have numbers.

/// Marks that are taken off all together, for example from what is to be kept next. Each thing is taken once, however
/// often it was marked.
#[derive(Debug)]
pub struct Marks<Id> {
    marked: Vec<Id>,
    /// Whether the thing of each number is among them.
    is_marked: Vec<bool>,
}

impl<Id> Default for Marks<Id> {
    fn default() -> Self {
        Self { marked: Vec::new(), is_marked: Vec::new() }
    }
}

impl<Id: Copy + Into<usize>> Marks<Id> {
    /// Marks a thing.
    pub fn mark(&mut self, id: Id) {
        let at = id.into();
        if self.is_marked.len() <= at {
            self.is_marked.resize(at + 1, false);
        }
        if !std::mem::replace(&mut self.is_marked[at], true) {
            self.marked.push(id);
        }
    }

    /// Takes all marks off: the things, in the order in which they were marked first.
    pub fn take(&mut self) -> Vec<Id> {
        for id in &self.marked {
            self.is_marked[(*id).into()] = false;
        }
        std::mem::take(&mut self.marked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_taken_once_and_may_be_marked_again() {
        let mut marks = Marks::default();
        for id in [3_usize, 1, 3] {
            marks.mark(id);
        }
        assert_eq!(marks.take(), [3, 1]);
        assert_eq!(marks.take(), [0; 0]);
        marks.mark(3);
        assert_eq!(marks.take(), [3]);
    }
}
