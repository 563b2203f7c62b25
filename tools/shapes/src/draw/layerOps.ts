/** Expressions of losses and layers. */
import fc from 'fast-check';
import { list, partOf, shapeOf, size, zeros } from './parts.ts';

type Text = fc.Arbitrary<string>;

const reduction = fc.constantFrom('', "{ reduction: 'none' }", "{ reduction: 'sum' }", "{ reduction: 'mean' }");

const args = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

const losses: Text = shapeOf(0, 4).chain((shape) =>
  fc.tuple(partOf(shape), reduction).chain(([part, options]) => {
    const [x, y] = [zeros(shape), zeros(part)];
    const fewer = part.length === shape.length ? [...part.slice(0, 1), ...part.slice(2)] : part;
    // Of the same rank they are taken for probabilities.
    const labels = zeros(fewer, fewer.length < shape.length ? 'int32' : undefined);
    return fc.constantFrom(
      `mseLoss(${args(x, y, options)})`,
      `new MSELoss(${options}).forward(${x}, ${y})`,
      `klDiv(${args(x, y, options)})`,
      `new KLDivLoss(${options}).forward(${x}, ${y})`,
      `crossEntropy(${args(x, x, options)})`,
      `crossEntropy(${args(x, labels, options)})`,
      `new CrossEntropyLoss(${options}).forward(${x}, ${labels})`,
    );
  }),
);

const layers: Text = shapeOf(0, 4).chain((shape) =>
  fc.tuple(partOf(shape), size, size, fc.integer({ min: -3, max: 3 })).chain(([part, n, m, dim]) => {
    const x = zeros(shape);
    return fc.constantFrom(
      `new Linear(${n}, ${m}).forward(${x})`,
      `new Linear(${shape.at(-1) ?? 1}, ${m}).forward(${x})`,
      `new LayerNorm(${list(part.length > 0 ? part : [n])}).forward(${x})`,
      `new LayerNorm(${n}).forward(${x})`,
      `new RMSNorm(${n}).forward(${x})`,
      `new BatchNorm1d(${n}).eval().forward(${x})`,
      `new SelfAttention(${n || 1}).forward(${x})`,
      `new MHA(${shape.at(-1) || 1}, 1).eval().forward(${x})`,
      `new Embedding(5, ${n}).forward(${zeros(shape, 'int32')})`,
      `new Dropout(0.5).forward(${x})`,
      `new Softmax(${dim}).forward(${x})`,
      `new Flatten().forward(${x})`,
      `new Flatten(${dim}).forward(${x})`,
      `new Flatten(${dim}, -1).forward(${x})`,
      `new Unflatten(${dim}, [${n}, -1]).forward(${x})`,
      `new GLU(${dim}).forward(${x})`,
      `glu(${x})`,
    );
  }),
);

const chains: Text = fc.tuple(size, size, size, size, shapeOf(0, 2)).map(([a, b, c, d, batch]) => {
  const x = zeros([...batch, a]);
  return `new Sequential(new Linear(${a}, ${b}), new ReLU(), new LayerNorm(${b}), new Linear(${c === 1 ? b : c}, ${d})).forward(${x})`;
});

const perDim = (rank: number, low: number, high: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.integer({ min: low, max: high }).map(String),
    fc.array(fc.integer({ min: low, max: high }), { minLength: rank, maxLength: rank }).map(list),
  );

const image = (rank: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: rank === 3 ? 2 : 1, max: 7 }), { minLength: rank, maxLength: rank });

/** `[rank, channels, spatial sizes, perhaps a batch]` */
const images = fc
  .constantFrom(1, 2, 2, 3)
  .chain((rank) => fc.tuple(fc.constant(rank), size, image(rank), fc.constantFrom([], [2], [2], [2, 2])));

const convolutions: Text = images.chain(([rank, channels, sizes, batch]) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(channels, channels, (channels % 4) + 1),
      perDim(rank, 1, 3),
      perDim(rank, 1, 3),
      fc.oneof(perDim(rank, 0, 2), fc.constantFrom("'same'", "'valid'")),
      perDim(rank, 1, 2),
    )
    .chain(([out, own, kernel, stride, padding, dilation]) => {
      const x = zeros([...batch, channels, ...sizes]);
      const same = padding === "'same'";
      const options = `{ ${same ? '' : `stride: ${stride}, `}padding: ${padding}, dilation: ${dilation} }`;
      const form = kernel.startsWith('[') ? kernel.slice(1, -1) : Array(rank).fill(kernel).join(', ');
      return fc.constantFrom(
        `new Conv${rank}d(${own}, ${out}, ${kernel}, ${options}).forward(${x})`,
        `new Conv${rank}d(${own}, ${out}, ${kernel}).forward(${x})`,
        `conv${rank}d(${x}, zeros(${out}, ${own}, ${form}), ${options})`,
        `conv${rank}d(${x}, zeros(${out}, ${own}, ${form}))`,
      );
    }),
);

const transposed: Text = images.chain(([rank, channels, sizes, batch]) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(channels, channels, (channels % 4) + 1),
      perDim(rank, 1, 3),
      perDim(rank, 2, 3),
      perDim(rank, 0, 2),
      perDim(rank, 0, 1),
      perDim(rank, 1, 2),
    )
    .chain(([out, own, kernel, stride, padding, outputPadding, dilation]) => {
      const x = zeros([...batch, channels, ...sizes]);
      const options = `{ stride: ${stride}, padding: ${padding}, outputPadding: ${outputPadding}, dilation: ${dilation} }`;
      return fc.constantFrom(
        `new ConvTranspose${rank}d(${own}, ${out}, ${kernel}, ${options}).forward(${x})`,
        `new ConvTranspose${rank}d(${own}, ${out}, ${kernel}).forward(${x})`,
      );
    }),
);

const resized: Text = images.chain(([rank, channels, sizes, batch]) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      perDim(rank, 1, 9),
      fc.oneof(
        fc.integer({ min: 0, max: 2 }).map(String),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2 * rank, maxLength: 2 * rank }).map(list),
      ),
    )
    .chain(([factor, to, sides]) => {
      const x = zeros([2, channels, ...sizes]);
      const any = zeros([...batch, channels, ...sizes]);
      return fc.constantFrom(
        `interpolate(${x}, { size: ${to} })`,
        `interpolate(${x}, { scaleFactor: ${to}, mode: 'nearest-exact' })`,
        `new Upsample({ scaleFactor: ${factor} }).forward(${x})`,
        `new ZeroPad${rank}d(${sides}).forward(${x})`,
        `new ReplicationPad${rank}d(${sides}).forward(${x})`,
        `pixelShuffle(${any}, ${factor})`,
        `new PixelShuffle(${factor}).forward(${any})`,
        `new PixelUnshuffle(${factor}).forward(${any})`,
      );
    }),
);

const pools: Text = images.chain(([rank, channels, sizes, batch]) =>
  fc
    .tuple(
      fc.constantFrom('Max', 'Avg'),
      fc.integer({ min: 2, max: 3 }),
      perDim(rank, 1, 3),
      fc.constantFrom(0, 1),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
    )
    .chain(([kind, kernel, stride, padding, ceilMode, indices, out]) => {
      const x = zeros([...batch, channels, ...sizes]);
      const further = kind === 'Max' && indices ? ', returnIndices: true' : '';
      const options = `{ stride: ${stride}, padding: ${padding}, ceilMode: ${ceilMode}${further} }`;
      return fc.constantFrom(
        `${kind.toLowerCase()}Pool${rank}d(${x}, ${kernel}, ${options})`,
        `${kind.toLowerCase()}Pool${rank}d(${x}, ${kernel})`,
        `new ${kind}Pool${rank}d(${kernel}, ${options}).forward(${x})`,
        `new ${kind}Pool${rank}d(${kernel}).forward(${x})`,
        `new Adaptive${kind}Pool${rank}d(${out}).forward(${x})`,
        `adaptive${kind}Pool${rank}d(${x}, ${list(Array(rank).fill(out).with(0, null))})`,
      );
    }),
);

const attention: Text = fc
  .tuple(shapeOf(0, 1), size, size, size, size, fc.constantFrom('none', 'none', 'width', 'keys', 'heads'), fc.boolean())
  .map(([batch, heads, length, keys, width, slip, grouped]) => {
    const groups = slip === 'heads' ? 3 : 2;
    const q = zeros([...batch, heads * groups, length, width]);
    const own = grouped ? heads * (slip === 'heads' ? 2 : 1) : heads * groups;
    const k = zeros([...batch, own, keys, slip === 'width' ? width + 1 : width]);
    const v = zeros([...batch, own, slip === 'keys' ? keys + 1 : keys, 5]);
    return `scaledDotProductAttention(${q}, ${k}, ${v}${grouped ? ', { enableGqa: true }' : ''})`;
  });

export const layerOps: Readonly<Record<string, Text>> = {
  losses,
  layers,
  chains,
  convolutions,
  transposed,
  resized,
  pools,
  attention,
};
