// Where the compiler does not know, everything is as it was without shapes in types.
import { Conv2d, Flatten, type Layer, Linear, MaxPool2d, Module, ReLU, Sequential } from '@tessera/layers';
import { MSELoss } from '@tessera/losses';
import { exp, randn, type Shape, sum, type Tensor, zeros } from '@tessera/tensor';

declare const one: Tensor<readonly [2, 3]> | Tensor<readonly [4]>;
// biome-ignore lint/suspicious/noExplicitAny: what JSON.parse gives.
declare const anything: any;

// Tensor
export const forgotten: Tensor = zeros(2, 3);
// Tensor<readonly [number, number]>
export const ranked: Tensor<readonly [number, number]> = zeros(2, 3);
// Tensor<Shape>
export const anyShape = zeros(anything, 2).add(anything);
// Tensor<readonly [4]> | Tensor<readonly [2, 3]>
export const either = one;
// Tensor<readonly [2, 3] | readonly [2, 4]>
export const ofEither = one.add(zeros(2, 1));
// add: shapes must broadcast; got [2, 3] and [5] (3 and 5) | add: shapes must broadcast; got [4] and [5] (4 and 5)
export const misfitEither = one.add(zeros(5));
// Tensor<readonly [4]> | Tensor<readonly [3, 2]>
export const eitherBackwards = one.T;
// Tensor<readonly []>
export const sumOfEither = sum(one);
// Tensor<Shape>
export const ranksOfNine = zeros(1, 1, 1, 1, 1, 1, 1, 1, 1);
// Tensor<readonly [1, 1, 1, 1, 1, 1, 1, 1]>
export const ranksOfEight = zeros(1, 1, 1, 1, 1, 1, 1, 1);
// Tensor<Shape>
export const beyondEight = zeros(1, 1, 1, 1, 1, 1, 1, 1).unsqueeze(0);
// Tensor<Shape>
export const ofNine = zeros(1, 1, 1, 1, 1, 1, 1, 1, 1).sum(20);
// Tensor<Shape>
export const nineBackwards = zeros(1, 1, 1, 1, 1, 1, 1, 1, 1).T;
// Tensor<Shape>
export const someBackwards: Tensor<Shape> = forgotten.mT;
// (x: Tensor) => Tensor
export const asFunction: (x: Tensor) => Tensor = exp;
// ((x: Tensor) => Tensor)[]
export const functions: ((x: Tensor) => Tensor)[] = [exp, sum, (x) => x.relu()];
// Tensor[]
export const list: Tensor[] = [zeros(2), zeros(3)];
// Layer[]
export const layers: Layer[] = [new Linear(2, 3), new ReLU(), new Conv2d(1, 2, 3), new Flatten()];
// Sequential<Layer[]>
export const spread = new Sequential(...layers);
// Tensor<Shape>
export const ofSpread = spread.forward(zeros(2, 2));

class Net extends Module {
  readonly conv: Conv2d;
  readonly pool: MaxPool2d;
  readonly flat: Flatten;
  readonly head: Linear;
  readonly all: Sequential;
  readonly criterion: MSELoss;
  constructor(readonly inputs: number) {
    super();
    this.conv = new Conv2d(1, 8, 3, { stride: 2 });
    this.pool = new MaxPool2d(2, { padding: 1 });
    this.flat = new Flatten(1, -1);
    this.head = new Linear(inputs, 10);
    this.all = new Sequential(new Linear(2, 3), new ReLU());
    this.criterion = new MSELoss({ reduction: 'sum' });
  }
  forward(x: Tensor): Tensor {
    x = x.reshape(-1, this.inputs);
    x = this.pool.forward(this.conv.forward(x)).relu();
    for (const layer of [this.flat, this.head]) x = layer.forward(x);
    return x;
  }
}
// Net
export const net = new Net(576);
// Tensor<Shape>
export const output = net.forward(randn(64, 1, 28, 28));
// Sequential<[Net, Linear<10, 2>]>
export const withNet = new Sequential(net, new Linear(10, 2));

const keep = <S extends Shape>(x: Tensor<S>) => x.exp().mul(2).add(1);
// Tensor<readonly [2, 3]>
export const generic = keep(zeros(2, 3));
