/** Laws about what a layer keeps: names, state, modes. */
import type { Tensor } from '@tessera/tensor';
import { expectSameBits, type Law, LawError, tensorOf } from '@tessera/tensor/testing';
import { drawLayerCase, type LayerCase, type LayerUnderTest, made, outputsOf, parametersOf } from './subject.ts';

type LayerLaw = Law<LayerUnderTest, LayerCase>;

/** State goes from one layer into another of the same kind, which then is the same. */
export const stateRoundTrip: LayerLaw = {
  name: 'the state of one layer makes another the same',
  formula: 'g.load(f.state) ⇒ g(x) = f(x); a key too few or too many throws',
  tolerance: 'E',
  rows: [113],
  remedy: 'a tensor that `forward` reads must be a Parameter or a Buffer in a field of the layer',
  share: 0.1,
  applies: (subject) => {
    const layer = subject.make();
    return layer.stateDict !== undefined && layer.loadStateDict !== undefined;
  },
  draw: (subject, gen) => drawLayerCase(subject, gen),
  check(subject, example) {
    const { seed } = example.attributes;
    const still = { ...example, attributes: { seed, training: false } };
    const one = made(subject, still);
    const other = made(subject, { ...still, attributes: { seed: seed + 7, training: false } });
    const state = one.stateDict?.() ?? {};
    other.loadStateDict?.(state);
    const inputs = example.inputs.map(tensorOf);
    const expected = outputsOf(one, inputs, seed);
    outputsOf(other, inputs, seed).forEach((y, i) => {
      expectSameBits(y.detach(), (expected[i] as Tensor).detach());
    });
    const [key] = Object.keys(state);
    if (key === undefined) return;
    const { [key]: left, ...fewer } = state;
    expectThrows(`a state without ${key}`, () => other.loadStateDict?.(fewer));
    expectThrows('a state with a key too many', () => other.loadStateDict?.({ ...state, stranger: left as Tensor }));
  },
};

function expectThrows(what: string, run: () => unknown): void {
  let refused = false;
  try {
    run();
  } catch {
    refused = true;
  }
  if (!refused) throw new LawError(`${what} must be refused`);
}

/** Every parameter has one name. */
export const names: LayerLaw = {
  name: 'parameters have names, each one of its own',
  formula: 'namedParameters = parameters, no name and no tensor twice, all leaves',
  tolerance: 'E',
  rows: [113],
  remedy: '`parameters` and `namedParameters`: they must tell the same tensors, each once',
  share: 0.02,
  applies: (subject) => subject.make().namedParameters !== undefined,
  draw: (subject, gen) => drawLayerCase(subject, gen),
  check(subject, example) {
    const layer = made(subject, example);
    const named = [...(layer.namedParameters?.() ?? [])];
    const parameters = parametersOf(layer);
    if (new Set(named.map(([name]) => name)).size !== named.length) throw new LawError('a name must not come twice');
    if (new Set(parameters).size !== parameters.length) throw new LawError('a parameter must not come twice');
    if (named.length !== parameters.length || named.some(([, p], i) => p !== parameters[i]))
      throw new LawError(`both lists must agree; got ${named.length} names for ${parameters.length} parameters`);
    for (const [name, p] of named) if (!p.isLeaf) throw new LawError(`${name} must be a leaf; got the result of an op`);
  },
};

/** Training and evaluation reach all that is inside. */
export const modes: LayerLaw = {
  name: 'train and eval reach every module inside',
  formula: 'f.train(m) ⇒ every module has training = m',
  tolerance: 'E',
  rows: [113],
  remedy: '`train`: it must be passed on to every module that the layer holds',
  share: 0.02,
  applies: (subject) => {
    const layer = subject.make();
    return layer.modules !== undefined && layer.train !== undefined;
  },
  draw: (subject, gen) => drawLayerCase(subject, gen),
  check(subject, example) {
    const layer = made(subject, example);
    for (const mode of [false, true]) {
      layer.train?.(mode);
      for (const module of layer.modules?.() ?? [])
        if (module.training !== mode) throw new LawError(`after train(${mode}) every module must be in that mode`);
    }
  },
};
