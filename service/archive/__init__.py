"""Tags archives: many sources, many processes or machines, and no kill that loses work.

```
inputs | plan: shards | workers: pieces on disk | wire copies grouped | parts published
                              journal: what is committed, and under which command
```
"""
