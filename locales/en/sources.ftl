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

## Runs
runs-title = Last readings
runs-none = It has not been read yet.
runs-json = All readings as JSON
run-time = Time
run-outcome = Outcome
run-read = Read
run-added = New
run-updated = Changed
run-unchanged = Same
run-skipped = Skipped
run-failures = Failed
run-missing = Missing
run-withdrawn = Withdrawn
run-not-modified = complete, nothing had changed
run-queued = waits
run-running = is running
run-succeeded = complete
run-incomplete = incomplete
run-held = waits for the operator
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
