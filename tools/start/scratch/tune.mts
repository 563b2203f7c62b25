import { logSoftmax, manualSeed, gather, mean, neg, setNumThreads } from '@tessera/tensor';
import { Dropout, Linear, ReLU, Sequential } from '@tessera/layers';
import { AdamW } from '@tessera/optimizers';
import { randperm } from '@tessera/tensor';
import { noGrad } from '@tessera/autograd';
import { readMnist } from '../src/mnist/digits.ts';
import { batchOf } from '../src/mnist/batches.ts';
import { schedule } from '../src/mnist/train.ts';
const [hid='256,128', epochsS='8', bs='128', lrS='0.002', p='0.2', wd='0.01', seeds='0', prof='0'] = process.argv.slice(2);
const { train, test } = readMnist();
const ce = (x, y) => neg(mean(gather(logSoftmax(x, -1), 1, y.reshape(-1, 1))));
for (const seed of seeds.split(',').map(Number)) {
  manualSeed(seed);
  const sizes = [784, ...hid.split(',').map(Number)];
  const layers = [];
  for (let i = 1; i < sizes.length; i++) layers.push(new Linear(sizes[i-1], sizes[i]), new ReLU(), new Dropout(Number(p)));
  layers.push(new Linear(sizes.at(-1), 10));
  const model = new Sequential(...layers);
  const opt = new AdamW(model.parameters(), { lr: Number(lrS), weightDecay: Number(wd) });
  const epochs = Number(epochsS), B = Number(bs), batches = Math.ceil(60000 / B);
  const t0 = performance.now(); let tb=0,tf=0,tbk=0,to=0;
  let line = `seed ${seed}:`;
  for (let e = 0; e < epochs; e++) {
    const order = randperm(60000).data;
    model.train();
    for (let b = 0; b < batches; b++) {
      opt.paramGroups[0].lr = Number(lrS) * schedule((e * batches + b) / (epochs * batches));
      let t=performance.now();
      const { x, y } = batchOf(train, order, b * B, Math.min(60000, (b + 1) * B));
      tb+=performance.now()-t; t=performance.now();
      const loss = ce(model.forward(x), y); tf+=performance.now()-t; t=performance.now();
      opt.zeroGrad(); loss.backward(); tbk+=performance.now()-t; t=performance.now();
      opt.step(); to+=performance.now()-t;
      if (prof==='1' && e===0 && b===200) console.log('ms/step', (performance.now()-t0)/200, {tb:tb/200,tf:tf/200,tbk:tbk/200,to:to/200});
    }
    model.eval();
    let right = 0;
    const id = Int32Array.from({ length: 10000 }, (_, i) => i);
    for (let s = 0; s < 10000; s += 1000) { const { x } = batchOf(test, id, s, s + 1000); const g = noGrad(() => model.forward(x)).argmax(1).data; for (let i = 0; i < 1000; i++) right += Number(g[i] === test.labels[s + i]); }
    line += ` ${(right / 100).toFixed(2)}`;
  }
  console.log(line, ((performance.now() - t0) / 1000).toFixed(1) + ' s', process.memoryUsage.rss() >> 20);
}
process.exit();
