/** Where the run is told: lines that stay, and on a terminal one that moves. */
import { styleText } from 'node:util';
import createSpinner, { type Spinner } from 'yocto-spinner';

export type Style = Parameters<typeof styleText>[0];

/** What the screen writes to; process.stdout is one. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Screen {
  /** Whether a line may move. Otherwise `live` shows nothing, and progress is told in lines, now and then. */
  readonly moves: boolean;
  /** Characters that fit beside the spinner of the line that moves. */
  readonly width: number;
  /** A line that stays. */
  line(text?: string): void;
  /** The line that moves; the next one replaces it. */
  live(text: string): void;
  /** Takes the moving line away. */
  rest(): void;
  paint(style: Style, text: string): string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function makeScreen(output: Output = process.stdout, environment: Environment = process.env): Screen {
  const terminal = output.isTTY === true && environment.TERM !== 'dumb';
  const moves = terminal && environment.CI === undefined;
  const colours = terminal && !environment.NO_COLOR;
  const width = () => Math.max(20, (output.columns ?? 80) - 3);
  let spinner: Spinner | undefined;
  const rest = () => {
    spinner?.stop();
    spinner = undefined;
  };
  return {
    moves,
    get width() {
      return width();
    },
    rest,
    line: (text = '') => {
      rest();
      output.write(`${text.trimEnd()}\n`);
    },
    live: (text) => {
      if (!moves) return;
      // One that wraps cannot be taken back cleanly.
      const fitting = text.slice(0, width());
      spinner ??= createSpinner({ stream: output as NodeJS.WriteStream, color: 'cyan', handleSignals: false }).start();
      spinner.text = fitting;
    },
    paint: (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text),
  };
}
