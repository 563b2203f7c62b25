import { requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import * as L from '@tessera/layers';
import { manualSeed, pad, randn, type Tensor } from '@tessera/tensor';
import { bounds, expectAtMost, expectSameBits, expectWithin } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';

const f64 = { dtype: 'float64' } as const;
type Loose<R> = (...of: readonly unknown[]) => R;
type Make = new (...of: readonly unknown[]) => L.Module & { readonly weight: Tensor; readonly bias: Tensor | null };
const call = (module: L.Module, ...inputs: readonly unknown[]): Tensor =>
  (module.forward as unknown as Loose<Tensor>).call(module, ...inputs);

const CONV = [L.Conv1d, L.Conv2d, L.Conv3d] as unknown as readonly Make[];
const TRANSPOSED = [L.ConvTranspose1d, L.ConvTranspose2d, L.ConvTranspose3d] as unknown as readonly Make[];
const FUNCTIONS = [L.conv1d, L.conv2d, L.conv3d] as unknown as readonly Loose<Tensor>[];
const TRANSPOSED_FUNCTIONS = [
  L.convTranspose1d,
  L.convTranspose2d,
  L.convTranspose3d,
] as unknown as readonly Loose<Tensor>[];

const geometry = fc.integer({ min: 1, max: 3 }).chain((rank) =>
  fc.record({
    rank: fc.constant(rank),
    seed: fc.nat(),
    kernel: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: rank, maxLength: rank }),
    stride: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: rank, maxLength: rank }),
    padding: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: rank, maxLength: rank }),
    dilation: fc.constantFrom(1, 2),
    groups: fc.constantFrom(1, 2),
    bias: fc.boolean(),
    mode: fc.constantFrom('zeros', 'reflect', 'replicate', 'circular'),
    more: fc.array(fc.nat(1), { minLength: rank, maxLength: rank }),
  }),
);

describe('layers of convolutions', () => {
  law('are their functions, after padding in their mode', {
    rows: [96, 98],
    formula: 'Conv(x) = conv(pad(x, mode), w, b)',
    tolerance: 'E',
    given: [geometry],
    holds: ({ rank, seed, kernel, stride, padding, dilation, groups, bias, mode }) => {
      manualSeed(seed);
      const options = { stride, dilation, groups };
      const layer = new (CONV[rank - 1] as Make)(4, 2, kernel, {
        ...options,
        padding,
        bias,
        paddingMode: mode,
      }).double();
      const x = randn(2, 4, ...kernel.map(() => 6), f64);
      const sides = padding.flatMap((n) => [n, n]).reverse();
      const padded = mode === 'zeros' ? pad(x, sides) : pad(x, sides, { mode: mode as 'reflect' });
      const wanted = (FUNCTIONS[rank - 1] as Loose<Tensor>)(padded, layer.weight.detach(), {
        ...options,
        bias: layer.bias?.detach() ?? null,
      });
      expectWithin(call(layer, x).detach(), wanted, bounds.identity(wanted, x));
      expect((layer as unknown as { stride: number[] }).stride).toEqual(stride);
      expect((layer as unknown as { dilation: number[] }).dilation).toEqual(kernel.map(() => dilation));
    },
  });

  law('begin uniformly, within what keeps the variance of what comes into a window', {
    rows: 170,
    formula: '|w|, |b| ≤ 1 / √(channels per group · kernel), and come near it',
    tolerance: ['P', 'Z'],
    given: [geometry],
    share: 0.3,
    holds: ({ rank, seed, kernel, groups, mode }) => {
      manualSeed(seed);
      const isTransposed = mode === 'zeros';
      const layer = new ((isTransposed ? TRANSPOSED : CONV)[rank - 1] as Make)(8, 16, kernel, { groups });
      const fanIn = ((isTransposed ? 16 : 8) / groups) * kernel.reduce((a, b) => a * b, 1);
      const bound = 1 / Math.sqrt(fanIn);
      expectAtMost(layer.weight.detach().abs(), Math.fround(bound));
      expectAtMost((layer.bias as Tensor).detach().abs(), Math.fround(bound));
      const { count } = layer.weight;
      expectWithin(layer.weight.detach().abs().mean(), bound / 2, bounds.mean(bound ** 2 / 12, count));
    },
  });

  law('transposed reach any size that is asked for, within a stride', {
    rows: 99,
    formula: 'ConvTranspose(x, { outputSize }) has it: its padding at the end is what is missing',
    tolerance: 'E',
    given: [geometry],
    holds: ({ rank, seed, kernel, stride, padding, groups, bias, more }) => {
      manualSeed(seed);
      const fits = padding.map((n, d) => Math.min(n, (kernel[d] as number) - 1));
      const layer = new (TRANSPOSED[rank - 1] as Make)(2, 4, kernel, { stride, padding: fits, groups, bias }).double();
      const x = randn(2, 2, ...kernel.map(() => 3), f64);
      const least = call(layer, x).shape.slice(2);
      const extra = more.map((n, d) => Math.min(n, (stride[d] as number) - 1));
      const outputSize = least.map((size, d) => size + (extra[d] as number));
      const found = call(layer, x, { outputSize });
      expect(found.shape.slice(2)).toEqual(outputSize);
      const wanted = (TRANSPOSED_FUNCTIONS[rank - 1] as Loose<Tensor>)(x, layer.weight.detach(), {
        bias: layer.bias?.detach() ?? null,
        stride,
        padding: fits,
        groups,
        outputPadding: extra,
      });
      expectSameBits(found.detach(), wanted);
      expect(() => call(layer, x, { outputSize: outputSize.map((size, d) => size + (stride[d] as number)) })).toThrow(
        /outputSize must lie/,
      );
    },
  });

  law('of many images are those of each, also where windows are laid out in runs', {
    rows: [95, 96],
    formula: 'conv(cat(a, b)) = cat(conv a, conv b), and so its gradients',
    tolerance: ['E', '2P'],
    given: [fc.nat()],
    share: 0.02,
    holds: (seed) => {
      manualSeed(seed);
      // Each image has 2^20 elements of windows and more: a run holds three.
      const [x, weight] = [randn(7, 4, 160, 160, f64), randn(2, 4, 3, 4, f64)];
      const run = (part: Tensor, w: Tensor): Tensor => (L.conv2d as unknown as Loose<Tensor>)(part, w);
      const table = requiresGrad(weight.clone());
      const whole = run(x, table);
      whole.sum().backward();
      const parts = requiresGrad(weight.clone());
      for (let i = 0; i < 7; i++) {
        const one = run(x.slice(0, i, i + 1), parts);
        expectSameBits(
          one.detach(),
          whole
            .detach()
            .slice(0, i, i + 1)
            .contiguous(),
        );
        one.sum().backward();
      }
      expectWithin(table.grad as Tensor, parts.grad as Tensor, bounds.identity(x, x.count));
    },
  });
});
