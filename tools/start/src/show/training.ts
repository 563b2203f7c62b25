/** Tells how the training goes. */

import { type Digits, pixelsOf } from '../mnist/digits.ts';
import type { Evaluation } from '../mnist/evaluate.ts';
import type { EpochResult, Listener, Progress, Training } from '../mnist/train.ts';
import { digitRow } from './digitArt.ts';
import { bar, duration, percent, whole } from './format.ts';
import type { Screen } from './screen.ts';

const REFRESH_MS = 100;
const [SHORTEST_BAR, LONGEST_BAR] = [6, 32];
/** Without a terminal: so many lines for an epoch. */
const LINES_PER_EPOCH = 4;

/** What `train` may call to be shown on `screen`. */
export function showTraining(screen: Screen): Listener {
  let [shownAt, shownLine] = [-Infinity, ''];
  let epochStart = performance.now();
  return {
    onProgress: (progress) => {
      if (screen.moves) {
        if (performance.now() - shownAt < REFRESH_MS) return;
        shownAt = performance.now();
        screen.live(movingLine(progress, screen.width));
      } else {
        const part = Math.floor((LINES_PER_EPOCH * progress.batch) / progress.batches);
        const key = `${progress.epoch} ${part}`;
        if (part === 0 || part === LINES_PER_EPOCH || key === shownLine) return;
        shownLine = key;
        screen.line(`    ${plainLine(progress)}`);
      }
    },
    onEpoch: (result) => {
      screen.line(epochLine(screen, result, (performance.now() - epochStart) / 1000));
      epochStart = performance.now();
    },
  };
}

/** The line that moves, with as long a bar as there is room for. */
export function movingLine(progress: Progress, width: number): string {
  const { epoch, epochs, batch, batches, loss, imagesPerSecond, secondsLeft } = progress;
  const share = (epoch - 1 + batch / batches) / epochs;
  const said = `${percent(share, 0)}  epoch ${epoch}/${epochs}  batch ${batch}/${batches}  loss ${loss.toFixed(3)}  ${whole(imagesPerSecond)} images/s  ${duration(secondsLeft)} left`;
  const room = Math.min(LONGEST_BAR, width - said.length - 1);
  return room < SHORTEST_BAR ? said : `${bar(share, room)} ${said}`;
}

export function plainLine({ epoch, epochs, batch, batches, loss, imagesPerSecond, secondsLeft }: Progress): string {
  return `epoch ${epoch}/${epochs}, batch ${batch}/${batches}: loss ${loss.toFixed(3)}, ${whole(imagesPerSecond)} images/s, ${duration(secondsLeft)} left`;
}

function epochLine({ paint }: Screen, { epoch, trainLoss, evaluation }: EpochResult, seconds: number): string {
  const accuracy = percent(evaluation.accuracy);
  return `  ${paint('green', '✔')} epoch ${String(epoch).padEnd(3)} loss ${trainLoss.toFixed(4)}   held out ${paint('bold', accuracy)}   ${paint('dim', duration(seconds))}`;
}

/** The result, and the three mistakes it was surest of. */
export function showResult(screen: Screen, { evaluation, ending }: Training, test: Digits): void {
  const { accuracy, correct, count } = evaluation;
  screen.line();
  if (ending === 'interrupted') screen.line(`  ${screen.paint('yellow', 'Stopped before the end; so far:')}`);
  if (ending === 'diverged')
    screen.line(`  ${screen.paint('red', 'The loss is no longer a number; try a smaller --lr.')}`);
  screen.line(
    `  ${screen.paint(['bold', 'green'], percent(accuracy))} of ${whole(count)} digits it had never seen: ${whole(correct)} right, ${whole(count - correct)} wrong.`,
  );
  showMistakes(screen, evaluation, test);
}

function showMistakes(screen: Screen, { mistakes }: Evaluation, test: Digits): void {
  const shown = mistakes
    .slice(0, 3)
    .map(({ index, label, guess }) => ({ pixels: pixelsOf(test, index), caption: `a ${label}, read as ${guess}` }));
  if (shown.length === 0) return;
  screen.line(`  Where it was surest and wrong:`);
  screen.line();
  for (const row of digitRow(shown)) screen.line(`    ${screen.paint('cyan', row)}`);
}
