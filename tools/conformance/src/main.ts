/** The command line: see ../README.md. */
import { conformance } from './conformance.ts';

// pnpm runs scripts in the root of the repository and says in INIT_CWD where it was called.
const { lines, errors, exitCode } = conformance(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
for (const line of lines) console.log(line);
for (const line of errors) console.error(line);
process.exitCode = exitCode;
