"""Every door by which articles come in: one module a format, all of them lazy.

```
file, folder, glob, URL | Source | open, unpack | reader of the format | Record | Document
```
"""
