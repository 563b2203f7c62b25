"""The losses and normalizations of the first chapter."""
import numpy as np
import torch
import torch.nn.functional as F

from .record import Input
from .values import Draw, name_of


def record(recorder):
    draw = Draw(recorder)
    for shape in [(3, 3), (2, 5), (6, 2), (1, 4)]:
        x = draw.normal(shape, 2)
        for dim in [0, 1]:
            for op in ['softmax', 'log_softmax']:
                recorder.add(f'{op}/{name_of(shape)},dim{dim}', op, [Input(x)], lambda x: getattr(F, op)(x, dim=dim), {'dim': dim})
        target = Input(draw.whole(shape[0], 0, shape[1] - 1), name='target')
        for reduction in ['mean', 'sum', 'none']:
            attrs = {'reduction': reduction}
            recorder.add(f'cross_entropy/{name_of(shape)},{reduction}', 'cross_entropy', [Input(x), target], lambda x, t: F.cross_entropy(x, t, **attrs), attrs)
        onehot = Input(np.eye(shape[1])[target.data], False, 'target')
        for reduction in ['batchmean', 'sum', 'mean', 'none']:
            recorder.add(f'kl/one-hot,{name_of(shape)},{reduction}', 'kl_div', [Input(x), onehot],
                         lambda x, t: F.kl_div(F.log_softmax(x, 1), t, reduction=reduction), {'reduction': reduction},
                         note='kl_div(log_softmax(x,1), one-hot targets): equals the cross-entropy')  # fmt: skip
        normal = {'normalized_shape': [shape[1]], 'eps': 1e-5}
        if shape[1] > 1:
            recorder.add(f'layer_norm/{name_of(shape)}', 'layer_norm', [Input(x)], lambda x: F.layer_norm(x, [shape[1]], eps=1e-5), normal)
        if shape[0] > 1:
            recorder.add(f'batch_norm/{name_of(shape)}', 'batch_norm', [Input(x)], lambda x: F.batch_norm(x, None, None, training=True, eps=1e-5),
                         {'training': True, 'eps': 1e-5})  # fmt: skip
    for n in [3, 5]:
        p, q = (draw.rng.dirichlet(np.ones(n) * 3) for _ in range(2))
        recorder.add(f'kl/p,q,{n}', 'kl_div', [Input(np.round(p, 3), name='p'), Input(np.round(q, 3), name='q')],
                     lambda p, q: F.kl_div(torch.log(q), p, reduction='sum'), {'reduction': 'sum'}, note='KL(p||q) = kl_div(log q, p)')  # fmt: skip
