"""Random values and shapes."""
import numpy as np

from .record import Input

# What every function of one number must get right.
SPECIAL = [0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 1e-7, -1e-7, 1e-20, 1e-38, 1e-45]
SPECIAL += [-1e-45, 3.4028235e38, -3.4028235e38, 1e10, -1e10, 88.5, 89, -87, -104, 20.5, -20.5, 5, 3.1415927, 16777216]
# Sizes at the edges of SIMD registers and of what loops take at once.
SIZES = [1, 2, 3, 4, 5, 7, 8, 9]


def name_of(shape):
    return 'x'.join(map(str, shape)) if len(shape) else '[]'


def digits(values, count):
    return np.round(values, 2 if count > 100 else 3)


class Draw:
    def __init__(self, recorder):
        self.rng = recorder.rng

    def integer(self, low, high):
        """Both ends included."""
        return int(self.rng.integers(low, high + 1))

    def one_of(self, options):
        return options[self.integer(0, len(options) - 1)]

    def shape(self, rank, sizes=SIZES, most=240):
        while True:
            shape = tuple(self.one_of(sizes) for _ in range(rank))
            if np.prod(shape) <= most:
                return shape

    def normal(self, shape, scale=1.0):
        return digits(scale * self.rng.standard_normal(shape), np.prod(shape))

    def uniform(self, shape, low, high):
        return digits(self.rng.uniform(low, high, shape), np.prod(shape))

    def distinct(self, shape):
        count = int(np.prod(shape))
        return np.round(self.rng.permutation(np.linspace(-2, 2, count, endpoint=False)), 4).reshape(shape)

    def whole(self, shape, low, high):
        return self.rng.integers(low, high + 1, shape)

    def flags(self, shape):
        return self.rng.integers(0, 2, shape).astype(bool)

    def laid_out(self, values, grad=True, name=None, kind=None):
        """An input in a layout of its own, with values that fit it."""
        values = np.asarray(values)
        if values.ndim == 0:
            return Input(values, grad, name)
        kind = kind or self.one_of(['permuted', 'expanded', 'sliced'])
        if kind == 'permuted':
            return Input(values, grad, name, {'kind': kind, 'perm': [int(d) for d in self.rng.permutation(values.ndim)]})
        dim = self.integer(0, values.ndim - 1)
        if kind == 'sliced':
            return Input(values, grad, name, {'kind': kind, 'dim': dim})
        constant = np.broadcast_to(np.take(values, [0], dim), values.shape) if values.size else values
        return Input(constant, grad, name, {'kind': kind, 'dims': [dim]})

    def maybe_laid_out(self, values, grad=True, name=None, distinct=False):
        """One in five in a layout of its own; `distinct` values are not repeated by expanding."""
        if self.rng.random() > 0.2:
            return Input(values, grad, name)
        return self.laid_out(values, grad, name, self.one_of(['permuted', 'sliced']) if distinct else None)

    def broadcastable(self, rank):
        """Two shapes that broadcast against each other."""
        common = self.shape(rank, [1, 2, 3, 4, 5, 9], 200)
        pair = []
        for _ in range(2):
            shape = [1 if self.rng.random() < 0.3 else size for size in common]
            pair.append(tuple(shape[self.integer(0, rank) if self.rng.random() < 0.4 else 0:]))
        return pair
