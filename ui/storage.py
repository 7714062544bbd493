"""Static files for production: hashed names, compressed beside them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage without the rewriting of source-map references.

    Packages name their .map files in the last line of a minified file; we do not serve those, and the
    stock storage would refuse to collect a file whose reference is missing.
    """

    patterns = tuple(
        (
            extension,
            tuple(
                rule
                for rule in rules
                if "sourceMappingURL" not in (rule if isinstance(rule, str) else rule[0])
            ),
        )
        for extension, rules in CompressedManifestStaticFilesStorage.patterns
    )
