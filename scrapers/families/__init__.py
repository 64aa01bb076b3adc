"""The CMS families: each a value that knows how its sites list, archive and mark up."""
