export { type ArrayOptions, arrays, type PlainArray } from './arrays.ts';
export { type AttentionOptions, attentionInputs, type PlainAttention } from './attention.ts';
export { broadcastablePair, broadcastableShapes, broadcastableTriple } from './broadcast.ts';
export {
  type LogitOptions,
  logits,
  type OneHot,
  oneHot,
  type ProbabilityOptions,
  probabilities,
  type RowOptions,
  softLabels,
} from './distributions.ts';
export { bufferOf, type LayoutOptions, layouts, type PlainLayout, places } from './layouts.ts';
export { EDGE_SIZES, type ShapeOptions, shapes } from './shapes.ts';
export { SPECIAL_VALUES, type ValueKind, values } from './values.ts';
