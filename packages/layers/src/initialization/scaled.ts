/** Weights whose spread follows from how many numbers meet in a unit. */
import { defaultGenerator, type GeneratorOption, type Tensor, ValueError } from '@tessera/tensor';
import { checkNumber, describe, withDefaults } from '@tessera/tensor/core';
import { calculateFanInAndFanOut, calculateGain, type Nonlinearity } from './fans.ts';
import { normal_, uniform_ } from './random.ts';

/** Bounds of a uniform distribution. */
export interface UniformRange {
  readonly low: number;
  readonly high: number;
}

/** Mean and standard deviation of a normal distribution. */
export interface NormalMoments {
  readonly mean: number;
  readonly std: number;
}

export interface XavierOptions extends GeneratorOption {
  /** What the spread is multiplied by, see `calculateGain`. Default 1. */
  readonly gain?: number;
}

export interface KaimingOptions extends GeneratorOption {
  /** The slope of the rectifier below zero, of 'leaky_relu' only. Default 0. */
  readonly a?: number;
  /** Whether the spread of signals is kept on the way forward or that of gradients on the way back. Default 'fan_in'. */
  readonly mode?: 'fan_in' | 'fan_out';
  /** What follows the weight. Default 'leaky_relu'. */
  readonly nonlinearity?: Nonlinearity;
}

/** gain sqrt(2 / (fanIn + fanOut)) */
function xavierStd(op: string, t: Tensor, options: XavierOptions): { std: number; generator: GeneratorOption } {
  const { gain, generator } = withDefaults<Required<XavierOptions>>(op, options, {
    gain: 1,
    generator: defaultGenerator(),
  });
  const { fanIn, fanOut } = calculateFanInAndFanOut(t);
  return { std: checkNumber(op, 'gain', gain) * Math.sqrt(2 / (fanIn + fanOut)), generator: { generator } };
}

/** gain / sqrt(fan) */
function kaimingStd(op: string, t: Tensor, options: KaimingOptions): { std: number; generator: GeneratorOption } {
  const { a, mode, nonlinearity, generator } = withDefaults<Required<KaimingOptions>>(op, options, {
    a: 0,
    mode: 'fan_in',
    nonlinearity: 'leaky_relu',
    generator: defaultGenerator(),
  });
  if (mode !== 'fan_in' && mode !== 'fan_out')
    throw new ValueError(`${op}: mode must be 'fan_in' or 'fan_out'; got ${describe(mode)}; try 'fan_in'`);
  const { fanIn, fanOut } = calculateFanInAndFanOut(t);
  const gain = calculateGain(nonlinearity, checkNumber(op, 'a', a));
  return { std: gain / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut), generator: { generator } };
}

/** A uniform distribution in [-b, b] has the deviation b / sqrt(3). */
function rangeOf(std: number): UniformRange {
  const bound = Math.sqrt(3) * std;
  return { low: -bound, high: bound };
}

/** The bounds that `xavierUniform_` draws within. */
export function xavierUniformRange(t: Tensor, options: XavierOptions = {}): UniformRange {
  return rangeOf(xavierStd('xavierUniformRange', t, options).std);
}

/** The moments of what `xavierNormal_` draws. */
export function xavierNormalMoments(t: Tensor, options: XavierOptions = {}): NormalMoments {
  return { mean: 0, std: xavierStd('xavierNormalMoments', t, options).std };
}

/** The bounds that `kaimingUniform_` draws within. */
export function kaimingUniformRange(t: Tensor, options: KaimingOptions = {}): UniformRange {
  return rangeOf(kaimingStd('kaimingUniformRange', t, options).std);
}

/** The moments of what `kaimingNormal_` draws. */
export function kaimingNormalMoments(t: Tensor, options: KaimingOptions = {}): NormalMoments {
  return { mean: 0, std: kaimingStd('kaimingNormalMoments', t, options).std };
}

/**
 * Uniform within gain sqrt(6 / (fanIn + fanOut)) of 0. Glorot and Bengio, 2010. PyTorch: `torch.nn.init.xavier_uniform_`.
 *
 * @throws ShapeError with fewer than two dimensions.
 * @example
 * init.xavierUniform_(layer.weight, { gain: init.calculateGain('tanh') });
 */
export function xavierUniform_<A extends Tensor>(t: A, options: XavierOptions = {}): A {
  const { std, generator } = xavierStd('xavierUniform_', t, options);
  const { low, high } = rangeOf(std);
  return uniform_(t, low, high, generator);
}

/**
 * Normal with the deviation gain sqrt(2 / (fanIn + fanOut)). Glorot and Bengio, 2010. PyTorch: `torch.nn.init.xavier_normal_`.
 *
 * @throws ShapeError with fewer than two dimensions.
 */
export function xavierNormal_<A extends Tensor>(t: A, options: XavierOptions = {}): A {
  const { std, generator } = xavierStd('xavierNormal_', t, options);
  return normal_(t, 0, std, generator);
}

/**
 * Uniform within gain sqrt(3 / fan) of 0. He et al., 2015. PyTorch: `torch.nn.init.kaiming_uniform_`.
 *
 * @throws ShapeError with fewer than two dimensions.
 * @example
 * init.kaimingUniform_(layer.weight, { nonlinearity: 'relu' });
 */
export function kaimingUniform_<A extends Tensor>(t: A, options: KaimingOptions = {}): A {
  const { std, generator } = kaimingStd('kaimingUniform_', t, options);
  const { low, high } = rangeOf(std);
  return uniform_(t, low, high, generator);
}

/**
 * Normal with the deviation gain / sqrt(fan). He et al., 2015. PyTorch: `torch.nn.init.kaiming_normal_`.
 *
 * @throws ShapeError with fewer than two dimensions.
 */
export function kaimingNormal_<A extends Tensor>(t: A, options: KaimingOptions = {}): A {
  const { std, generator } = kaimingStd('kaimingNormal_', t, options);
  return normal_(t, 0, std, generator);
}
