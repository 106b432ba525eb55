"""The words that readers see, in their languages: gettext catalogues, each with its compiled twin."""
