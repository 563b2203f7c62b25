/** Training steps of the notebook's MLP: 64 x 576 -> 512 -> 10, squared error, SGD. */
import { MLP } from '@tessera/docs/notebook/mlp';
import { MSELoss } from '@tessera/losses';
import { SGD } from '@tessera/optimizers';
import { manualSeed, randn } from '@tessera/tensor';

/** Makes the network and its data, and gives one step of its training. Nothing is freed by hand. */
export function makeStep(): () => void {
  manualSeed(0);
  const mlp = new MLP(576, 512, 10);
  const criterion = new MSELoss();
  const optimizer = new SGD(mlp.parameters(), { lr: 1e-4 });
  const x = randn(64, 576);
  const y = randn(64, 10);
  return () => {
    const loss = criterion.forward(mlp.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  };
}
