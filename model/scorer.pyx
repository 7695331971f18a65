# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The inner loop of `model.compiled` in C: what the n-grams of each row add to its decision values.

An optional extension: `CompiledHead` does the same in numpy passes where it was not built. Here each
distinct row of tokens is walked once:

```
tokens | number of each word | known n-grams | counts | tf x idf, norm | x coefficients
```

Threads may share a scorer: the one thing that it keeps, the counts, is all zero again before any Python
code runs.
"""

from cpython.object cimport Py_EQ, PyObject, PyObject_Hash, PyObject_RichCompareBool
from libc.math cimport log, sqrt
from libc.stdint cimport int32_t, int64_t, uint32_t
from libc.stdlib cimport calloc, free, malloc, realloc

cdef enum:
    UNKNOWN = -1


cdef struct Level:
    # N-grams of one length, see `model.ngrams.Level`; those that a gram of the level before begins
    # are starts[gram] to starts[gram + 1].
    const int64_t *codes
    const int64_t *terms
    const int64_t *starts


cdef struct Word:
    # A place of a hash table; nothing is spelled in an empty one.
    PyObject *spelled
    uint32_t hash
    int32_t number


cdef struct Words:
    # The hash table of a view's words; its size is a power of two, of a view of characters nought.
    # Unlike a dictionary, it is read in one place a look-up: most words of a text are not in the cache.
    Word *at
    size_t size


cdef struct Numbers:
    # A list that grows.
    int64_t *at
    Py_ssize_t size
    Py_ssize_t room


cdef class Scorer:
    """The tables of one head; they must fit each other, see `model.tables` for those of a file.

    Args:
        words: of each view, the number of each of its words; of a view of characters, a function
            that returns the terms of a token.
        levels: codes, terms and starts of each, as the struct above says; none of starts at first.
        n_words: of all views.
        weights: idf, sublinear, binary, normed and factors of `model.compiled.Counts`, and coefficients of
            shape (n_terms, n_outputs).
    """

    cdef tuple words
    cdef object kept
    cdef Words *tables
    cdef Level *levels
    cdef int32_t *counts
    cdef Py_ssize_t n_levels, n_terms, n_outputs
    cdef int64_t n_words
    cdef const double[::1] idf, factors
    cdef const double[:, ::1] coefficients
    cdef const unsigned char[::1] sublinear, binary, normed

    def __cinit__(self, words, levels, n_words, weights):
        self.words = tuple(words)
        self.tables = <Words *> calloc(max(len(self.words), 1), sizeof(Words))
        if self.tables == NULL:
            raise MemoryError
        for i, known in enumerate(self.words):
            if isinstance(known, dict):
                _fill(&self.tables[i], known)
        self.n_levels = len(levels)
        self.levels = <Level *> malloc(max(self.n_levels, 1) * sizeof(Level))
        if self.levels == NULL:
            raise MemoryError
        self.kept = levels  # the pointers below look into its arrays
        self.n_words = n_words
        for i, (codes, terms, starts) in enumerate(levels):
            self.levels[i] = Level(_pointer(codes), _pointer(terms), _pointer(starts))
        idf, sublinear, binary, normed, factors, coefficients = weights
        self.idf, self.factors, self.coefficients = idf, factors, coefficients
        self.sublinear, self.binary, self.normed = sublinear, binary, normed
        self.n_terms, self.n_outputs = self.coefficients.shape[0], self.coefficients.shape[1]
        self.counts = <int32_t *> calloc(max(self.n_terms, 1), sizeof(int32_t))
        if self.counts == NULL:
            raise MemoryError

    def __dealloc__(self):
        if self.tables != NULL:
            for i in range(len(self.words)):
                free(self.tables[i].at)
        free(self.tables)
        free(self.levels)
        free(self.counts)

    def add(self, columns, double[:, ::1] values):
        """Add what each view's rows weigh to decision values of shape (n_rows, n_outputs).

        Raises:
            ValueError: the columns are not those of the head, or not as long as the values.
        """
        cdef Py_ssize_t n_rows = values.shape[0], n_outputs = self.n_outputs
        cdef Py_ssize_t view, row, k
        cdef Numbers found = Numbers(NULL, 0, 0)
        cdef list rows
        if len(columns) != len(self.words) or values.shape[1] != n_outputs:
            raise ValueError("these are not the views or the outputs of this head")
        cdef double *added = <double *> malloc(max(n_outputs, 1) * sizeof(double))
        try:
            if added == NULL:
                raise MemoryError
            for view, rows in enumerate(columns):
                if len(rows) != n_rows:
                    raise ValueError("a view has more or fewer rows than there are values")
                before = None
                for row, tokens in enumerate(rows):
                    if tokens is not before:  # what candidates share stands in neighbouring rows
                        found.size = 0
                        self.find(<tuple?> tokens, view, &found)
                        self.weigh(&found, view, added)
                        before = tokens
                    for k in range(n_outputs):
                        values[row, k] += added[k]
        finally:
            free(added)
            free(found.at)

    cdef int find(self, tuple tokens, Py_ssize_t view, Numbers *found) except -1:
        """List the terms of a row, as often as they stand there."""
        cdef Py_ssize_t n = len(tokens), i, j, level
        cdef int64_t gram
        cdef Words *words = &self.tables[view]
        if words.size == 0:
            for token in tokens:
                for term in self.words[view](token):
                    _reserve(found, 1)
                    found.at[found.size] = term
                    found.size += 1
            return 0
        # The words' numbers stand behind the terms, of which there are no more than n a level.
        _reserve(found, n * (self.n_levels + 1))
        cdef int64_t *numbers = found.at + n * self.n_levels
        for i in range(n):
            numbers[i] = _place(words, tokens[i]).number
        for i in range(n):
            gram = numbers[i]
            for level in range(self.n_levels):
                if level > 0:
                    j = i + level
                    if j == n or numbers[j] == UNKNOWN:
                        break
                    gram = self.longer(level, gram, numbers[j])
                if gram == UNKNOWN:
                    break
                if self.levels[level].terms[gram] != UNKNOWN:
                    found.at[found.size] = self.levels[level].terms[gram]
                    found.size += 1
        return 0

    cdef int64_t longer(self, Py_ssize_t level, int64_t gram, int64_t word) noexcept:
        """Return the known n-gram that is `gram` and one more word, or UNKNOWN."""
        cdef const int64_t *codes = self.levels[level].codes
        cdef int64_t low = self.levels[level].starts[gram], end = self.levels[level].starts[gram + 1]
        cdef int64_t code = gram * self.n_words + word, high = end, middle
        while low < high:
            middle = (low + high) >> 1
            if codes[middle] < code:
                low = middle + 1
            else:
                high = middle
        return low if low < end and codes[low] == code else UNKNOWN

    cdef void weigh(self, Numbers *found, Py_ssize_t view, double *out) noexcept:
        """Write what the terms add to each output; no Python runs here."""
        cdef bint binary = self.binary[view], sublinear = self.sublinear[view]
        cdef double value, squares = 0.0, scale = self.factors[view]
        cdef Py_ssize_t i, n = 0, k
        cdef int64_t term
        cdef int32_t count
        for k in range(self.n_outputs):
            out[k] = 0.0
        for i in range(found.size):
            term = found.at[i]
            if self.counts[term] == 0:
                found.at[n] = term
                n += 1
            self.counts[term] += 1
        for i in range(n):
            term = found.at[i]
            count = self.counts[term]
            self.counts[term] = 0
            value = self.idf[term]
            if not binary and count > 1:
                value *= 1.0 + log(<double> count) if sublinear else <double> count
            squares += value * value
            for k in range(self.n_outputs):
                out[k] += value * self.coefficients[term, k]
        if self.normed[view] and squares > 0.0:
            scale /= sqrt(squares)
        for k in range(self.n_outputs):
            out[k] *= scale


cdef int _fill(Words *words, dict known) except -1:
    """Make the hash table of some words, at most two thirds of it taken."""
    cdef Word *word
    cdef size_t i, n = len(known)
    words.size = 2
    while 2 * words.size < 3 * n:
        words.size *= 2
    words.at = <Word *> malloc(words.size * sizeof(Word))
    if words.at == NULL:
        raise MemoryError
    for i in range(words.size):
        words.at[i] = Word(NULL, 0, UNKNOWN)
    for spelled, number in known.items():
        word = _place(words, spelled)
        word[0] = Word(<PyObject *> spelled, <uint32_t> PyObject_Hash(spelled), number)
    return 0


cdef Word *_place(Words *words, spelled) except NULL:
    """Return where a word stands, or else the empty place where it would."""
    cdef size_t hash = <size_t> PyObject_Hash(spelled), i = hash & (words.size - 1)
    cdef Word *word = &words.at[i]
    while word.spelled != NULL and not (
        word.spelled == <PyObject *> spelled
        or (
            word.hash == <uint32_t> hash
            and PyObject_RichCompareBool(<object> word.spelled, spelled, Py_EQ)
        )
    ):
        i = (i + 1) & (words.size - 1)
        word = &words.at[i]
    return word


cdef const int64_t *_pointer(const int64_t[::1] numbers) except? NULL:
    return &numbers[0] if numbers is not None and numbers.shape[0] else NULL


cdef int _reserve(Numbers *numbers, Py_ssize_t more) except -1:
    """Make room for so many more."""
    cdef Py_ssize_t wanted = numbers.size + more
    cdef int64_t *at
    if wanted > numbers.room:
        wanted *= 2
        at = <int64_t *> realloc(numbers.at, wanted * sizeof(int64_t))
        if at == NULL:
            raise MemoryError
        numbers.at, numbers.room = at, wanted
    return 0
