"""Model files: pickles, archives of them, and the headers of other formats, read without loading anything.

The verb is ``reading.read_weights``: a stream becomes ``WeightsFacts``, whose pieces of Python text say what runs when
the file is loaded. Those go through the same reader of Python facts as any module.
"""
