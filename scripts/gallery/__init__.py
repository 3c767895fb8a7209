"""The gallery of the paper's queries: what is asked, what is given, and the files and the page that come of it."""
