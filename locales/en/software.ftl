# The page of an entry.

software-title = { $name }
also-called = Also called
nav-contents = On this page
facts-title = Key facts
description-title = Description
licence-heading = Licence
licence-see = Who says so
users-title = Used by
support-title = Support
alternatives-title = Replaces, similar
table-title = The sources side by side
table-text = Each column is what one source says. Where sources differ, the entry shows the value of the most trusted one: the first column that has one.
table-field = Field
origin-title = Where the data come from
origin-entry = Entry
origin-dates = First seen · last change
origin-join = Why it counts as the same
twins-title = Possibly the same software
twins-text = These entries have something in common with this one, which is not enough to join them. An operator of the catalogue decides.
twins-common = In common
twins-decide = Commands by which to decide
record-listed = listed
record-missing-since = not in the listing since { $day }
record-withdrawn = withdrawn by the source on { $day }
record-withdrawn-because = withdrawn by the source on { $day }: “{ $reason }”
entry-changed = This entry last changed on
entry-json = This entry as JSON
who-says-so = Who says so
values-differ = sources differ
value-shown = shown
value-not-shown = not shown
so-many-sources =
    { $n ->
        [one] { $number } source
       *[other] { $number } sources
    }
version-with-day = { $version }, released on { $day }
released = released on { $day }
support-until = { $name } (until { $day })

## Users
administrations =
    { $n ->
        [one] { $number } administration
       *[other] { $number } administrations
    }
organisations =
    { $n ->
        [one] { $number } organisation
       *[other] { $number } organisations
    }
users-catalogues = According to catalogues
users-project = According to the project itself
users-project-text = The project names these users; no catalogue has confirmed them.
users-nobody = No catalogue says who uses it.
country-not-stated = Country not stated
in-use-since = since { $day }
people-use =
    { $n ->
        [0] no person
        [one] { $number } person uses it
       *[other] { $number } people use it
    }
people-answer =
    { $n ->
        [0] nobody answers questions
        [one] { $number } answers questions
       *[other] { $number } answer questions
    }

## Licence
licence-osi-yes = { $licence } – open source (OSI)
licence-osi-no = { $licence } – not approved by the OSI
licence-osi-not-stated = { $licence } – OSI approval not stated
licence-ambiguous = Licence unclear: { $licences }
licence-conflict = Sources contradict each other: { $licences }
licence-differs = Sources differ in detail: { $licences }
licence-not-understood = Licence unclear: the statement is not understood
licence-unknown = Licence not stated
licence-nobody = No source states a licence.
licence-statements = Statements, one by one
licence-raw = { $raw } ({ $slot })
slot-declared = the publisher declares
slot-asserted = the catalogue states
slot-detected = found in the code
outcome-expression = Understood as { $licence }.
outcome-candidates = Not precise enough. It could be: { $licences }.
outcome-not-listed = A licence that the SPDX list does not hold.
outcome-no-statement = Says nothing about the licence.
outcome-rejected = Not understood at “{ $part }”.
fact-with-source = { $fact } ({ $source }, { $date })
fact-by-branch = { $fact }, if { $branch } is chosen
fact-open-source-yes = Open source
fact-open-source-no = Not open source
fact-open-source-not-stated = Whether it is open source is not stated
fact-osi-approved-yes = Approved by the Open Source Initiative
fact-osi-approved-no = Not approved by the Open Source Initiative
fact-osi-approved-not-stated = Approval by the Open Source Initiative not stated
fact-fsf-free-yes = Free according to the Free Software Foundation
fact-fsf-free-no = Not free according to the Free Software Foundation
fact-copyleft-permissive = Permissive: changed versions may be kept closed
fact-copyleft-weak = Weak copyleft: changes to these files stay open
fact-copyleft-share-alike = Share alike: adaptations stay under the same terms
fact-copyleft-strong = Strong copyleft: works built on it stay open when they are passed on
fact-copyleft-network = Network copyleft: the same, also when it is only offered as a service
fact-copyleft-not-open = Its conditions rule out open source
fact-copyleft-not-stated = Kind of copyleft not stated
fact-eupl-appendix-yes = In the Appendix of the EUPL 1.2
fact-french-list-yes = On the list for French administrations
fact-french-list-no = Not on the list for French administrations
fact-italian-guidelines-yes = Recommended by the Italian guidelines
fact-dpg-list-yes = On the list of the Digital Public Goods Alliance
licence-title = Licence { $id }
licence-not-listed = This licence is not on the SPDX list.
licence-entries =
    { $n ->
        [0] No entry states this licence
        [one] { $number } entry states this licence
       *[other] { $number } entries state this licence
    }
licence-text-link = Text of the licence at spdx.org
licence-list = Names come from the SPDX licence list, version { $version }. Facts are no legal advice.

## Withdrawn entries
gone-title = { $name } (withdrawn)
gone-text = Every source has withdrawn this software. It has not been listed since
gone-last-version = Last version recommended

## Fields
field-name = Name
field-aliases = Other names
field-summary = Summary
field-description = Description
field-features = Features
field-homepage = Website
field-repository = Source code
field-other-repositories = Other repositories
field-documentation = Documentation
field-logo = Logo
field-entry-pages = Page at the source
field-licences = Licence
field-version = Version
field-released-on = Released on
field-last-activity-on = Last activity
field-development-status = Development
field-software-type = Kind of software
field-categories = Categories
field-tags = Keywords
field-audience = Fields of administration
field-platforms = Platforms
field-interface-languages = Languages of the interface
field-programming-languages = Programming languages
field-maintenance = Maintenance
field-publisher = Published by
field-usages = Used by
field-support = Support
field-replaces = Replaces
field-similar = Similar
field-based-on = Based on
field-identifiers = Identifiers
field-publicly-developed = Developed by a public body
field-listed-on = Listed on
