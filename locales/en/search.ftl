# The search.

landing-title = Find free software that administrations already use
landing-text = Fedcat brings together the software catalogues of public administrations. For each piece of software it says what it replaces, who uses it and where, under which licence, and which source says so.
search-title = All entries
search-title-for = “{ $words }”
search-label = Search for software
search-button = Search
search-help = A name, a product to replace or a need: “LibreOffice”, “Microsoft Teams”, “survey”.
number-software =
    { $n ->
        [one] { $number } piece of software
       *[other] { $number } pieces of software
    }
number-records =
    { $n ->
        [one] { $number } record
       *[other] { $number } records
    }
number-sources =
    { $n ->
        [one] { $number } source
       *[other] { $number } sources
    }
number-shared =
    { $n ->
        [one] { $number } listed more than once
       *[other] { $number } listed more than once
    }
entries-found =
    { $n ->
        [0] No entry
        [one] { $number } entry
       *[other] { $number } entries
    }
found-for = { $count } for “{ $words }”
place = Entries { $from } to { $to } of { $total }
to-filters = Refine
filters-title = Refine the results
chosen-filters = Chosen
remove = Remove
remove-all = Remove all
apply = Apply
sort-label = Order
sort-relevance = Best match
sort-name = Name
sort-use = Evidence of use
sort-freshness = Last activity
sort-newest = Newest here
listed-by = Listed by
used-in = Used in
activity = Activity
last-activity = last sign of life on { $day }
last-activity-not-stated = no date stated
export-these = Export these results (spreadsheet)
nav-pages = Pages of results
previous-page = Previous page
next-page = Next page
empty-wordless = What you typed holds no letter and no digit, so nothing was looked for. You can:
empty-text = Nothing was found. You can:
empty-spelling = check the spelling, or try the word in another language
empty-fewer = use fewer or more general words
empty-filters = remove the chosen filters
empty-all = browse all entries
empty-contribute = read how software gets in here

## Facets
facet-category = Category
facet-need = Need (stated or derived)
facet-licence = Licence
facet-open-source = Open source
facet-licence-family = Family of licences
facet-copyleft = Copyleft
facet-licence-conflict = Agreement on the licence
facet-country = Country of use
facet-body = Kind of administration that uses it
facet-source = Source
facet-platform = Platform
facet-language = Language of the interface
facet-status = Development
facet-maintenance = Maintenance
facet-support = Support by
facet-public = Developed by a public body
facet-recommendation = Recommendation by a government
facet-contract = Support contract of the State
facet-replaces = Named as a replacement for

## Kinds of administration, see src/catalogue/body.rs
body-national = National
body-regional = Regional
body-local = Local
body-education = Education and research
body-health = Health

## What was understood, and what is near
replacing =
    { $n ->
        [one] { $number } program is named as a replacement for { $product }
       *[other] { $number } programs are named as replacements for { $product }
    }
replacing-elided =
    { $n ->
        [one] { $number } program is named as a replacement for { $product }
       *[other] { $number } programs are named as replacements for { $product }
    }
replacing-none = No program is named as a replacement for { $product }; what follows only has these words.
replacing-none-elided = No program is named as a replacement for { $product }; what follows only has these words.
near-similar = Did you mean:
near-without-filters =
    { $n ->
        [one] { $number } entry without the chosen filters
       *[other] { $number } entries without the chosen filters
    }
near-words = Words that find something alone:
near-word =
    { $n ->
        [one] “{ $word }” ({ $number } entry)
       *[other] “{ $word }” ({ $number } entries)
    }

## Suggestions as you type
suggestions = Suggestions
suggest-replaced = Alternatives to { $name }
suggest-need = Need
suggest-none = No suggestions
suggest-one = 1 suggestion, use the arrow keys
suggest-many = { $count } suggestions, use the arrow keys
