"""Translations: the gettext catalogues of pages and reports, each with its compiled form, and the list of languages."""
