"""Runs a function in float64 and float32 and records what came out as a case."""
import json
import warnings
import zlib

import numpy as np
import torch

warnings.filterwarnings('ignore')

# Where float32 errs more than this the case says nothing about an implementation (a jump was crossed).
MOST = 1e-4


class Input:
    """Values that float32 holds exactly, or whole numbers, or booleans. `wide` makes floats float64."""

    def __init__(self, data, grad=True, name=None, layout=None, wide=False):
        data = np.array(data, order='C')
        floats = 'float64' if wide else 'float32'
        self.dtype = {'f': floats, 'i': 'int64', 'u': 'int64', 'b': 'bool'}[data.dtype.kind]
        self.data = data.astype(np.float32, order='C') if self.dtype == 'float32' else data
        self.grad = grad and data.dtype.kind == 'f'
        self.name = name
        self.layout = layout

    def tensor(self, dtype):
        if self.dtype in ('int64', 'bool'):
            return torch.tensor(self.data)
        if self.dtype == 'float64':
            dtype = torch.float64
        return torch.tensor(self.data, dtype=dtype, requires_grad=self.grad)

    def json(self):
        out = {'name': self.name} if self.name else {}
        out.update(shape=list(self.data.shape), data=plain(self.data, self.dtype == 'float64'))
        if self.dtype != 'float32':
            out['dtype'] = self.dtype
        out['requiresGrad'] = self.grad
        if self.layout:
            out['layout'] = self.layout
        return out


class Recorder:
    def __init__(self, area, seed):
        self.area = area
        self.seed = seed
        self.rng = np.random.default_rng([seed, zlib.crc32(area.encode())])
        self.cases = []
        self.ids = set()
        self.left_out = []

    def add(self, id, op, inputs, f, attrs=None, note=None, names=None, ones=False):
        """f takes a tensor for each input and gives a tensor or several. `ones`: cotangents of 1."""
        while id in self.ids:
            id += "'"
        self.ids.add(id)
        try:
            outputs, grads, cotangents = self.evaluate(inputs, f, torch.float64, ones=ones)
            outputs32, grads32, _ = self.evaluate(inputs, f, torch.float32, cotangents)
        except (RuntimeError, IndexError, ValueError) as error:
            self.left_out.append(f'{id}: {str(error).splitlines()[0]}')
            return
        errors = [error_of(outputs, outputs32), error_of(grads, grads32)]
        exact = all(same(a, b) for a, b in zip(outputs, outputs32) if not b.is_floating_point())
        if max(errors) > MOST or not exact:
            self.left_out.append(f'{id}: float32 and float64 disagree {errors}')
            return
        case = {'id': id, 'area': self.area, 'op': op, 'inputs': [x.json() for x in inputs]}
        case['attrs'] = {key: word(value) for key, value in (attrs or {}).items()}
        case['outputs'] = [
            {**({'name': names[i]} if names else {}), **describe(out, outputs32[i])} for i, out in enumerate(outputs)
        ]
        case['gradOutputs'] = [None if g is None else plain(g.numpy(), g.dtype == torch.float64) for g in cotangents]
        case['gradInputs'] = [
            None if g is None else plain(g.numpy(), x.dtype == 'float64') for g, x in zip(grads, inputs)
        ]
        case['f32err'] = [float(f'{error:.2g}') for error in errors]
        if note:
            case['note'] = note
        self.cases.append(case)

    def evaluate(self, inputs, f, dtype, cotangents=None, ones=False):
        """Outputs, the gradient for every input (None: none asked), and the cotangents used."""
        torch.set_default_dtype(dtype)
        tensors = [x.tensor(dtype) for x in inputs]
        outputs = f(*tensors)
        outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
        if cotangents is None:
            wide = any(x.dtype == 'float64' for x in inputs)
            cotangents = [self.cotangent(out, ones, wide) if out.requires_grad else None for out in outputs]
        roots = [(out, g.to(out.dtype)) for out, g in zip(outputs, cotangents) if g is not None and out.requires_grad]
        leaves = [x for x in tensors if x.requires_grad]
        found = [None] * len(leaves)
        if roots and leaves:
            found = torch.autograd.grad([out for out, _ in roots], leaves, [g for _, g in roots], allow_unused=True)
        asked = any(g is not None for g in cotangents)
        by_leaf = {id(leaf): g for leaf, g in zip(leaves, found)}
        grads = []
        for x in tensors:
            g = by_leaf.get(id(x))
            # A zero tensor of PyTorch's has no memory, and numpy() would read somebody else's.
            zero = g is None or g._is_zerotensor()
            grads.append(None if not (asked and x.requires_grad) else torch.zeros_like(x) if zero else g.detach())
        return [out.detach() for out in outputs], grads, cotangents

    def cotangent(self, out, ones, wide):
        values = np.ones(out.shape) if ones else self.rng.integers(-100, 101, out.shape) / 100
        return torch.tensor(np.asarray(values, dtype=np.float64 if wide else np.float32)).reshape(out.shape)

    def write(self, path):
        meta = {'generator': 'generate.py', 'torch': torch.__version__, 'seed': self.seed, 'area': self.area}
        meta['cases'] = len(self.cases)
        lines = ',\n'.join(json.dumps(case) for case in self.cases)
        path.write_text(f'{{"meta": {json.dumps(meta)}, "cases": [\n{lines}\n]}}\n')


def describe(out64, out32):
    dtype = str(out32.dtype).replace('torch.', '')
    out = {'shape': list(out64.shape), 'data': plain(out64.numpy(), dtype == 'float64')}
    return out if dtype == 'float32' else {**out, 'dtype': dtype}


def plain(array, wide=False):
    """Flat and row-major, floats with the digits that float32 needs, or 12 when they are `wide`."""
    array = np.asarray(array)
    if array.dtype.kind != 'f':
        return [int(x) for x in array.reshape(-1)]
    if wide:
        return [word(float(f'{x:.12g}')) for x in array.reshape(-1)]
    with np.errstate(over='ignore', under='ignore'):
        return [word(float(str(x))) for x in array.astype(np.float32).reshape(-1)]


def word(x):
    """JSON has no NaN and no infinities; whole numbers go without a point."""
    if not isinstance(x, float):
        return [word(y) for y in x] if isinstance(x, (list, tuple)) else x
    if x != x:
        return 'NaN'
    if abs(x) == float('inf'):
        return 'Infinity' if x > 0 else '-Infinity'
    return int(x) if x == int(x) and abs(x) < 2**53 and not (x == 0 and np.signbit(x)) else x


def error_of(tensors64, tensors32):
    """The largest float32 error over max(1, largest magnitude), where both are finite."""
    worst = 0.0
    for a, b in zip(tensors64, tensors32):
        if a is None or not a.is_floating_point() or a.numel() == 0:
            continue
        a = a.double()
        rounded = a.float().double()
        finite = torch.isfinite(rounded) & torch.isfinite(b.double())
        if not finite.any():
            continue
        largest = max(1.0, rounded[finite].abs().max().item())
        worst = max(worst, (rounded - b.double())[finite].abs().max().item() / largest)
    return worst


def same(a, b):
    return a.shape == b.shape and torch.equal(a, b)
