"""What tests of several folders share: gatherings behind real pages, a model server on loopback, pages of the docs."""
