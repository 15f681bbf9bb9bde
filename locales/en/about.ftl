# The page about the catalogue.

about-title = About this catalogue
about-lead = Fedcat is a catalogue of catalogues: it reads what public administrations publish about the free and open-source software that they use, and shows it in one place, with the source of every value.
about-how-title = How entries come about
about-how-sources = Each source is read on a schedule. What it says about a piece of software is kept as a record of its own.
about-how-merge = Records about the same software are shown as one entry. Where they differ, the value of the most trusted source is shown, and the others stay visible beside it under “Who says so”.
about-how-unknown = Nothing is guessed. What no source states is called “not stated”; a licence that is unclear or disputed is called so.
about-how-absence = An entry does not disappear because a source failed to answer. It is withdrawn only when its sources withdraw it, and its page then says when and by whom.
about-how-link = See all sources and how they do
about-contribute-title = How to get software in
about-contribute-software = Entries are not written here. Add or correct the software in a catalogue that Fedcat reads, such as the one of your own country: the next reading brings it here.
about-contribute-publiccode = Put a publiccode.yml file in the repository of your software: many catalogues read it.
about-contribute-owner = You run a catalogue? The page of your source shows what was taken from it and what could not be used, entry by entry.
about-federate-title = How to federate
about-federate-text = Everything shown here can be copied and followed, without a key. Please keep the attribution of each source.
about-federate-ndjson = Whole catalogue as JSON, one entry a line
about-federate-events = Everything that changed, in order
about-licences-title = Licences
about-licences-text = Licences are shown by their SPDX identifiers. Whether one is open source is a fact of the SPDX list, not our opinion; the words of each source stay beside it.
about-privacy-title = Personal data
about-privacy-data = Names, e-mail addresses and telephone numbers of persons are cut out of what sources publish and are not shown here.
about-privacy-reader = Pages load nothing from other servers and count nobody. Two scripts of this site suggest words while you type and show how far a harvest is; everything works without them too. One cookie remembers the language that you chose; for an operator who signs in, a second one remembers the session. There is no other.
about-access-title = Accessibility
about-access-text = The pages are made to be used with a keyboard, a screen reader, a phone, in print and without JavaScript. They are tested against WCAG 2.2 AA by machine; an audit by people has not taken place yet.
about-contact-title = Contact
about-contact-text = To ask for a harvest, report a mistake or have data removed, write to the operator of this installation:
about-contact-none = The operator of this installation has given no contact.
