"""Where posts come from: a source lists its files, reads them, and knows the files beside them.

    found, problems = source.scan()      every file that may be a post, with its fingerprint
    source.look(paths)                   the same of a few paths that are known to have changed
    source.read(path)                    its bytes, as a RawPost

`source` says what each source gives; `folder` is a folder on the disk, and the only module that touches it.
"""

from feedsvc.sources.folder import Folder
from feedsvc.sources.source import MEDIA_TYPES, POST_SUFFIXES, Found, RawPost, Source, is_private, media_type

__all__ = ["MEDIA_TYPES", "POST_SUFFIXES", "Folder", "Found", "RawPost", "Source", "is_private", "media_type"]
