/** How weights begin, in place and without being recorded. PyTorch: `torch.nn.init`. */
export { constant_, type DiracOptions, dirac_, eye_, ones_, zeros_ } from './constants.ts';
export { calculateFanInAndFanOut, calculateGain, type Fans, type Nonlinearity } from './fans.ts';
export { type OrthogonalOptions, orthogonal_ } from './orthogonal.ts';
export { normal_, type SparseOptions, sparse_, type TruncNormalOptions, truncNormal_, uniform_ } from './random.ts';
export {
  type KaimingOptions,
  kaimingNormal_,
  kaimingNormalMoments,
  kaimingUniform_,
  kaimingUniformRange,
  type NormalMoments,
  type UniformRange,
  type XavierOptions,
  xavierNormal_,
  xavierNormalMoments,
  xavierUniform_,
  xavierUniformRange,
} from './scaled.ts';
