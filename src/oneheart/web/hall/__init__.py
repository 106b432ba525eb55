"""The hall screen: its page, its stream and its figure."""
