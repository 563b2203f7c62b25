/** Laws about the gradients of a layer, with respect to its inputs and its parameters. */
import { fromArray, type Tensor } from '@tessera/tensor';
import { isFloating } from '@tessera/tensor/core';
import { bounds, expectWithin, type Law, LawError, tensorOf } from '@tessera/tensor/testing';
import type fc from 'fast-check';
import { grad, jvp, noGrad, requiresGrad } from '../../index.ts';
import { expectSlope, sizeOf } from '../differences.ts';
import { dot } from '../projection.ts';
import { drawNumbers, drawWeights } from '../weights.ts';
import {
  drawLayerCase,
  type LayerCase,
  type LayerLike,
  type LayerUnderTest,
  made,
  outputsOf,
  parametersOf,
} from './subject.ts';

type LayerLaw = Law<LayerUnderTest, LayerCase>;

const smooth = (layer: LayerUnderTest, gen: fc.GeneratorValue): LayerCase =>
  drawLayerCase(layer, gen, { dtype: 'float64', values: 'generic' });

/** The floating results of a layer, as leaves of its inputs. */
function recorded(layer: LayerLike, example: LayerCase): { leaves: Tensor[]; outputs: Tensor[] } {
  const leaves = example.inputs.map(tensorOf).map((x) => (isFloating(x.dtype) ? requiresGrad(x) : x));
  const outputs = outputsOf(layer, leaves, example.attributes.seed).filter(({ dtype }) => isFloating(dtype));
  return { leaves, outputs };
}

/** Inputs and parameters have the gradients that differences give. */
export const differences: LayerLaw = {
  name: 'gradients of inputs and parameters are central differences',
  formula: '⟨∇⟨w, f(x; θ)⟩, d⟩ = (⟨w, f(x + h d)⟩ - ⟨w, f(x - h d)⟩) / 2h, and so for θ',
  tolerance: 'D',
  rows: [75, 76, 151],
  remedy: '`forward`, where a value leaves the tape (`data`, `item`, `detach`, `noGrad`); or a rule of an op of yours',
  applies: () => true,
  draw: smooth,
  check(subject, example, gen) {
    const layer = made(subject, example, 'float64');
    const { leaves, outputs } = recorded(layer, example);
    if (outputs.length === 0 || outputs.some(({ dtype }) => dtype !== 'float64')) return;
    const weights = drawWeights(gen, outputs);
    const size = sizeOf(
      outputs,
      weights.map((w) => w.data),
    );
    const parameters = parametersOf(layer).filter((p) => p.requiresGrad);
    const variables = [...leaves.filter((x) => x.requiresGrad), ...parameters];
    const live = outputs.map((y, k) => [y, weights[k] as Tensor] as const).filter(([y]) => y.requiresGrad);
    if (variables.length === 0 || live.length === 0) return;
    const gradients = grad(
      live.map(([y]) => y),
      variables,
      { gradOutputs: live.map(([, w]) => w), allowUnused: true },
    );
    const value = (inputs: readonly Tensor[]): number =>
      noGrad(() => outputsOf(layer, inputs, example.attributes.seed))
        .filter(({ dtype }) => isFloating(dtype))
        .reduce((sum, y, k) => sum + dot(y.data, (weights[k] as Tensor).data), 0);
    variables.forEach((variable, i) => {
      const isInput = i < variables.length - parameters.length;
      const what = isInput ? 'an input' : `a parameter of shape [${variable.shape}]`;
      const x = variable.detach().clone();
      const f = (at: Tensor): number => {
        if (isInput) return value(leaves.map((leaf) => (leaf === variable ? at : leaf.detach())));
        noGrad(() => variable.copy_(at));
        const found = value(leaves.map((leaf) => leaf.detach()));
        noGrad(() => variable.copy_(x));
        return found;
      };
      const line = { f, x, direction: drawNumbers(gen, x.count) };
      expectSlope(`the derivative along ${what}`, line, gradients[i] as Tensor | null, size);
    });
  },
};

/** Forward and backward derivatives are transposes of one another. */
export const adjoint: LayerLaw = {
  name: 'forward and backward derivatives are adjoint',
  formula: '⟨w, J v⟩ = ⟨Jᵀ w, v⟩',
  tolerance: 'D',
  rows: [74],
  remedy: 'an op in `forward` whose rule is not linear in its cotangent, or reads a value outside the tape',
  share: 0.1,
  applies: () => true,
  draw: smooth,
  check(subject, example, gen) {
    const layer = made(subject, example, 'float64');
    const { leaves, outputs } = recorded(layer, example);
    const at = leaves.findIndex((x) => x.requiresGrad);
    const [first] = outputs;
    if (at < 0 || first === undefined || first.dtype !== 'float64' || !first.requiresGrad) return;
    const x = (leaves[at] as Tensor).detach();
    const f = (moved: Tensor): Tensor =>
      outputsOf(
        layer,
        leaves.map((leaf, i) => (i === at ? moved : leaf.detach())),
        example.attributes.seed,
      ).filter(({ dtype }) => isFloating(dtype))[0] as Tensor;
    const v = fromArray(Float64Array.from(drawNumbers(gen, x.count)), x.shape);
    const [w] = drawWeights(gen, [first]) as [Tensor];
    const [, along] = jvp(f, [x], [v]);
    const [back] = grad(first, [leaves[at] as Tensor], { gradOutputs: [w], allowUnused: true });
    const left = dot(w.data, (along as Tensor).data);
    const right = back === null || back === undefined ? 0 : dot(back.data, v.data);
    expectWithin(left, right, bounds.identity(along as Tensor, w.count, back ?? 0));
  },
};

/** Nothing that is to be learned is left out. */
export const everyParameter: LayerLaw = {
  name: 'every parameter has a gradient in training',
  formula: '∂f/∂θ exists for every θ',
  tolerance: 'E',
  rows: [71, 113],
  remedy: '`forward`: it does not use the parameter that is named; or the field, if nothing is to be learned there',
  share: 0.05,
  applies: () => true,
  draw: smooth,
  check(subject, example) {
    const layer = made(subject, { ...example, attributes: { ...example.attributes, training: true } }, 'float64');
    const { outputs } = recorded(layer, example);
    const live = outputs.filter((y) => y.requiresGrad);
    if (live.length === 0 || live.every(({ count }) => count === 0)) return;
    const named = [...(layer.namedParameters?.() ?? [])].filter(([, p]) => p.requiresGrad);
    if (named.length === 0) return;
    const found = grad(
      live.map((y) => y.sum()),
      named.map(([, p]) => p),
      { allowUnused: true },
    );
    named.forEach(([name], i) => {
      if (found[i] === null || found[i] === undefined) throw new LawError(`${name} must have a gradient; got none`);
    });
  },
};
