/** A network that looks at patches of a digit and lets each attend to the others. */
import { LayerNorm, Linear, Module, Parameter, TransformerEncoderLayer } from '@tessera/layers';
import { randn, type Tensor } from '@tessera/tensor';
import { CLASSES, SIDE } from './digits.ts';

/** Pixels along the side of a patch, and patches along the side of a digit. */
const PATCH = 7;
const ALONG = SIDE / PATCH;
const PATCHES = ALONG * ALONG;
const [WIDTH, HEADS, HIDDEN] = [64, 4, 128];

/**
 * A small vision transformer (Dosovitskiy et al., 2021): every patch becomes a vector, gets its learned position added, and goes
 * through layer norm, multi-head attention and an MLP; all patches together say which digit it is.
 */
export class AttentionClassifier extends Module {
  readonly embedding: Linear = new Linear(PATCH * PATCH, WIDTH);
  readonly positions: Parameter = new Parameter(randn(PATCHES, WIDTH).mul(0.02));
  readonly block: TransformerEncoderLayer = new TransformerEncoderLayer(WIDTH, HEADS, {
    dimFeedforward: HIDDEN,
    activation: 'gelu',
    normFirst: true,
    batchFirst: true,
  });
  readonly norm: LayerNorm = new LayerNorm(WIDTH);
  readonly head: Linear = new Linear(PATCHES * WIDTH, CLASSES);

  get architecture(): string {
    return `${PATCHES} patches, ${WIDTH} wide, ${HEADS} heads`;
  }

  /** (N, 784) -> (N, 10) */
  forward(x: Tensor): Tensor {
    // (N, 784) -> (N, rows, 7, columns, 7) -> (N, rows, columns, 7, 7) -> (N, 16, 49)
    const patches = x
      .reshape(-1, ALONG, PATCH, ALONG, PATCH)
      .transpose(2, 3)
      .reshape(-1, PATCHES, PATCH * PATCH);
    const tokens = this.embedding.forward(patches).add(this.positions);
    // (N, 16, 64) -> (N, 1024) -> (N, 10)
    return this.head.forward(this.norm.forward(this.block.forward(tokens)).flatten(1));
  }
}
