# Sources, their runs and findings.

sources-title = Sources
sources-text = Every catalogue that Fedcat reads, when it last read it to the end, and what it found there.
source = Source
source-state = State
open-findings = Findings
state-fresh = up to date
state-late = late
state-failing = cannot be read
state-held = waits for the operator
state-disabled = not read
state-never = not read yet
source-facts = About this source
source-entries-link = See its entries
source-field-place = Country or body
source-field-operator = Run by
source-field-url = Address that is read
source-field-contact = Contact
source-field-data-licence = Licence of the data
source-field-attribution = Attribution
source-field-connector = Dialect
source-field-priority = Rank (lower wins)
source-field-entries = Entries
source-field-missing = No longer in the listing
source-field-withdrawn = Withdrawn
source-field-last-success = Last read to the end
source-field-next-run = Next reading
number-failures =
    { $n ->
        [one] { $number } reading in a row failed
       *[other] { $number } readings in a row failed
    }
source-suspended = no scheduled reading before { $until }
source-on-hold = Every reading that would change something waits for the operator
source-over-time = Entries over time
source-field-findings = Open findings
entries-over-time = from { $first } to { $last } entries since { $day }

## A reading that goes on
going-title = A reading is under way
going-told = { $state } – read: { $read }, applied: { $applied }
going-reload = Reload this page
going-ended = It has ended. Reload the page to see the outcome.

## A reading that waits
held-title = A reading waits for a decision
held-text = The reading of { $time } has changed nothing yet. The operator decides whether it will.
held-would = If it is accepted
held-going =
    { $n ->
        [one] { $number } entry is no longer listed or is withdrawn
       *[other] { $number } entries are no longer listed or are withdrawn
    }
held-examples = The first of those that would go
held-all-json = Everything that it would do, as JSON
held-accept-text = Accept it: what was read is applied in the background.
held-accept-do = Accept this reading
held-reject-text = Refuse it: nothing of it is applied. The next reading looks again.
held-reject-do = Refuse this reading
change-added = New
change-updated = Changed
change-renamed = Renamed
change-missing = Missing
change-withdrawn = Withdrawn
change-failed = Failed

## What the operator may do
operator-title = Decide about this source
operator-reason = Reason, shown on this page
operator-log = Log of decisions about this source
operator-run = Read now
operator-run-text = Reads the source once, besides its schedule.
operator-run-going = A reading is waiting or under way.
operator-run-disabled = Not while the source is off the schedule.
operator-run-do = Read now
operator-hold = Hold
operator-hold-text = From now on, each reading that would change something waits for your decision.
operator-hold-do = Hold readings
operator-release = End the hold
operator-release-text = Readings apply what they find again. One that waits keeps waiting.
operator-release-do = End the hold
operator-disable = Take off the schedule
operator-disable-text = The source is no longer read. What it said stays.
operator-disable-do = Take off the schedule
operator-enable = Put on the schedule
operator-enable-text = The source is read at its times again.
operator-enable-do = Put on the schedule
done-run = A reading is queued. It begins in a moment.
done-hold = Readings of this source are held from now on.
done-release = Readings of this source are no longer held.
done-accept = The reading is accepted and will be applied in a moment.
done-reject = The reading is refused. Nothing was applied.
done-disable = The source is off the schedule.
done-enable = The source is on the schedule.

## Runs
runs-title = Last readings
runs-none = It has not been read yet.
runs-json = All readings as JSON
runs-chart-title = What each reading changed
runs-chart = What each reading changed, oldest first. The tallest bar stands for { $most } entries. The table below says the same.
runs-table = Last readings as a table
run-time = Time
run-outcome = Outcome
run-read = Read
run-added = New
run-updated = Changed
run-unchanged = Same
run-renamed = Renamed
run-skipped = Skipped
run-failures = Failed
run-missing = Missing
run-withdrawn = Withdrawn
run-entries = Entries after
run-not-modified = complete, nothing had changed
run-queued = waits
run-running = is running
run-succeeded = complete
run-incomplete = incomplete
run-held = waits for the operator
run-accepted = accepted, about to be applied
run-failed = failed
run-aborted = broken off
run-rejected = refused by the operator

## Findings
findings-title = Open findings
findings-text = What could not be used as it stands, for the owner of the source to mend. A finding closes by itself when the next reading no longer meets it.
findings-json = All findings as JSON
findings-all-json = All of this kind as JSON
position = line { $line }, column { $column }
whole-listing = the listing as a whole
findings-closed = Closed in the last four weeks
findings-closed-json = Closed findings as JSON
findings-atom = Feed of findings (Atom)
finding-closed = closed { $day }
advice-meaning = What it means
advice-act = What to do
raw-link = what was sent

## What was sent
raw-title = What the source sent
raw-text = As it was received, without the names, addresses and numbers of persons.
raw-value = Value at
raw-nearest = There is nothing at this place. The nearest that there is, { $path }:
raw-inside = It stands inside the text { $path }:
raw-absent = There is nothing at this place.
raw-item = The whole entry
raw-source = About this source
raw-entry = Entry in the catalogue

## What is gone, what is shared
lost-title = Missing and withdrawn
lost-text = What the source no longer lists stays in the catalogue for at least seven days, until a second complete reading does not list it either. A withdrawn entry keeps its address for ever.
lost-none = Nothing is missing and nothing has been withdrawn.
lost-missing = not in the listing since { $day }
lost-withdrawn = withdrawn { $day }
overlap-title = Shared with other sources
overlap-text = Entries that other sources list too: each is one entry here, with what every source says about it.
overlap-none = No other source lists the same software.
number-shared-entries =
    { $n ->
        [one] { $number } shared entry
       *[other] { $number } shared entries
    }
shared-title = Entries of both sources
shared-none = There are none.
shared-next = Further entries
